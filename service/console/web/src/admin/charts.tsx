// Charts, drawn as SVG in the page's colours; what they show is also there as a table for those who do not see them.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { TableWrap } from "../ui/table";

const kWidth = 560;
const kWidthMin = 240;
const kHeight = 280;
const kLeft = 44;
const kBottom = 46;
const kTop = 26;
const kRight = 24;

interface FrameProps {
  title: string;
  xTicks: [number, string][]; // place 0 to 1, and its label
  yTicks: [number, string][];
  xLabel: string;
  yLabel?: string;
  // What is drawn. As a function: as wide as there is room, by the places that it is given.
  children: ComponentChildren | ((xAt: (share: number) => number) => ComponentChildren);
  table: ComponentChildren;
}

const xAtOf = (width: number) => (share: number) => kLeft + share * (width - kLeft - kRight);
export const xAt = xAtOf(kWidth);
export const yAt = (share: number) => kHeight - kBottom - share * (kHeight - kBottom - kTop);

export function Chart({ title, xTicks, yTicks, xLabel, yLabel, children, table }: FrameProps) {
  const svg = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(kWidth);
  const fills = typeof children === "function";
  useLayoutEffect(() => {
    if (!fills || !svg.current) return;
    const watch = new ResizeObserver(([entry]) => { if (entry) setWidth(Math.max(kWidthMin, entry.contentRect.width)); });
    watch.observe(svg.current);
    return () => watch.disconnect();
  }, [fills]);
  const xAt = xAtOf(width);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <svg ref={svg} viewBox={`0 0 ${width} ${kHeight}`} style={fills ? { height: `${kHeight}px` } : undefined} role="img" aria-label={`${title}. The figures are in the table below.`}>
        {yTicks.map(([place, label]) => (
          <g key={label}>
            <line class="grid" x1={xAt(0)} x2={xAt(1)} y1={yAt(place)} y2={yAt(place)} />
            <text class="tick" x={kLeft - 8} y={yAt(place) + 4} text-anchor="end">{label}</text>
          </g>
        ))}
        {xTicks.map(([place, label]) => <text key={label + place} class="tick" x={xAt(place)} y={kHeight - kBottom + 17} text-anchor={fills ? ["start", "end"][place] ?? "middle" : "middle"}>{label}</text>)}
        <text class="tick" x={xAt(1)} y={kHeight - 3} text-anchor="end">{xLabel}</text>
        {yLabel && <text class="tick" x={4} y={11} text-anchor="start">{yLabel}</text>}
        {typeof children === "function" ? children(xAt) : children}
      </svg>
      <details>
        <summary>The figures</summary>
        <TableWrap label={title}>{table}</TableWrap>
      </details>
    </figure>
  );
}

export const shareTicks: [number, string][] = [[0, "0"], [0.25, "25 %"], [0.5, "50 %"], [0.75, "75 %"], [1, "100 %"]];
