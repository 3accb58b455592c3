// A browser and its system in words, of what it says of itself: "Firefox on Linux". Whoever wants to be sure looks at the time.
const browsers: [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, "Edge"], [/\b(OPR|Opera)\//, "Opera"], [/\bVivaldi\//, "Vivaldi"], [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"], [/\b(Headless)?(Chrome|Chromium|CriOS)\//, "Chrome"], [/\bSafari\//, "Safari"], [/^curl\//, "curl"],
];
const systems: [RegExp, string][] = [
  [/\bWindows\b/, "Windows"], [/\biPhone\b/, "iPhone"], [/\biPad\b/, "iPad"], [/\bAndroid\b/, "Android"], [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"], [/\bLinux\b/, "Linux"],
];
const nameIn = (names: [RegExp, string][], text: string) => names.find(([of]) => of.test(text))?.[1] ?? "";

export function describeClient(userAgent: string): string {
  const browser = nameIn(browsers, userAgent);
  const system = nameIn(systems, userAgent);
  if (browser && system) return `${browser} on ${system}`;
  return browser || (system && `A browser on ${system}`) || userAgent.slice(0, 40) || "A browser";
}
