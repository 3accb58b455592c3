// Dates and numbers in the reader's own locale.
import type { Timestamp } from "@bufbuild/protobuf/wkt";

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const dateOnly = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const timeOnly = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const shortRelative = new Intl.RelativeTimeFormat(undefined, { numeric: "always", style: "narrow" });
const whole = new Intl.NumberFormat();
const percent0 = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });
const percent1 = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const percent2 = new Intl.NumberFormat(undefined, { style: "percent", maximumSignificantDigits: 2 });
const signed = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "always",
});
const decimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });

// As the server's own words have it: 2.5 %, with a space that does not break.
const percent = (format: Intl.NumberFormat, value: number) => format.format(value).replace(/\s*%/, "\u00a0%");

export function toDate(time: Timestamp | undefined): Date | undefined {
  return time && new Date(Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6));
}

export function count(value: number | bigint): string {
  return whole.format(value);
}

export function number(value: number): string {
  return decimal.format(value);
}

export function nats(value: number): string {
  return signed.format(value);
}

// A probability: never rounded up to certainty that nobody claimed.
export function probability(value: number): string {
  if (value >= 0.9995) return `> ${percent(percent1, 0.999)}`;
  if (value < 0.0005) return `< ${percent(percent1, 0.001)}`;
  return value > 0.99 || value < 0.01 ? percent(percent1, value) : percent(percent0, value);
}

export function share(value: number): string {
  if (value === 0) return percent(percent0, 0);
  return value < 0.1 ? percent(percent2, value) : percent(percent1, value);
}

export function when(time: Timestamp | undefined): string {
  const date = toDate(time);
  return date ? dateTime.format(date) : "";
}

export function day(date: Date): string {
  return dateOnly.format(date);
}

export function clock(time: Timestamp | undefined): string {
  const date = toDate(time);
  return date ? timeOnly.format(date) : "";
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60],
];

export function ago(time: Timestamp | undefined, narrow = false): string {
  const date = toDate(time);
  if (!date) return "";
  const seconds = (date.getTime() - Date.now()) / 1000;
  const format = narrow ? shortRelative : relative;
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(0, "second");
}

export function plural(value: number | bigint, one: string, many: string): string {
  return `${count(value)} ${value === 1 || value === 1n ? one : many}`;
}
