import { type Cluster, cleanText, clustersOf } from './clusters.ts'
import { drawRun, type Pen, widthOfRun } from './draw-run.ts'
import { type Face, findFace, type Weight } from './faces.ts'
import { inVisualOrder, type Run, runsOf } from './runs.ts'
import { trimmed, withBreaks, wrap } from './wrap.ts'

/** How a text is to be set. */
export interface Style {
  weight: Weight
  /** In points, as large as it may be. */
  size: number
  /** How small it may become before it is cut: `size` when absent. */
  minSize?: number
  width: number
  maxLines: number
  /** In points: fewer lines, or smaller ones, when `maxLines` would be higher. */
  maxHeight?: number
  color: string
}

/** A text that fits its place. */
export interface TextBlock {
  lines: Cluster[][]
  size: number
  height: number
  color: string
}

/** Sets texts of any script on the pages of one PDF. */
export interface Typesetter {
  /** The text in at most `maxLines` lines: smaller if need be, and cut with `…` where that is not enough. */
  fit: (text: string, style: Style) => TextBlock
  /** Draws it with its top at `y`; `width` is the place that an aligned text has. Returns where it ends. */
  draw: (block: TextBlock, at: { x: number; y: number; width?: number; align?: 'left' | 'right' | 'center' }) => number
}

const lineHeight = 1.32
/** Where letters stand in a line, counted from its top. */
const baseline = 1.02

/** Loads the fonts that these texts need. No other text can be set, and none in another weight. */
export async function createTypesetter(
  pdf: PDFKit.PDFDocument,
  texts: Iterable<{ text: string; weight: Weight }>,
): Promise<Typesetter> {
  const known = new Map<string, Cluster[]>()
  const ellipses = ([400, 700] as const).map((weight) => ({ text: '…', weight }))
  for (const { text, weight } of [...texts, ...ellipses]) {
    const key = keyOf(text, weight)
    if (!known.has(key)) known.set(key, withBreaks(await clustersOf(text, weight)))
  }
  const clustersIn = (text: string, weight: Weight) => {
    const clusters = known.get(keyOf(text, weight))
    if (!clusters) throw new Error(`no font is loaded for “${text}” at ${weight}`)
    return clusters
  }
  const pen: Pen = { pdf, fallback: await fallbackFace(), meanings: new Map() }
  const measure = createMeasure(pen)
  return {
    fit: (text, style) =>
      fit(clustersIn(text, style.weight), style, { measure, ellipsis: clustersIn('…', style.weight) }),
    draw: (block, { x, y, width = 0, align = 'left' }) => {
      for (const [index, line] of block.lines.entries()) {
        const room = align === 'left' ? 0 : width - measure(line) * block.size
        const start = x + (align === 'center' ? room / 2 : room)
        drawLine(pen, line, { ...block, x: start, y: y + (index * lineHeight + baseline) * block.size })
      }
      return y + block.height
    },
  }
}

async function fallbackFace(): Promise<Face> {
  const face = await findFace([0x3f], 400, 'sc')
  if (!face) throw new Error('no loaded font has a question mark')
  return face
}

function keyOf(text: string, weight: Weight): string {
  return `${weight} ${cleanText(text)}`
}

interface TextMeasure {
  measure: (clusters: readonly Cluster[]) => number
  ellipsis: Cluster[]
}

function fit(clusters: Cluster[], style: Style, { measure, ellipsis }: TextMeasure): TextBlock {
  const { size, minSize = size, width, maxLines, maxHeight = Number.POSITIVE_INFINITY, color } = style
  for (let points = size; ; points = Math.max(minSize, points - 1)) {
    const room = Math.min(maxLines, Math.floor(maxHeight / (points * lineHeight)))
    const { lines, cutsWords } = wrap(clusters, width / points, measure)
    if (points > minSize && (cutsWords || lines.length > room)) continue
    const most = Math.max(1, room)
    const kept = lines.length > most ? shortened(lines.slice(0, most), width / points, { measure, ellipsis }) : lines
    return { lines: kept, size: points, height: kept.length * points * lineHeight, color }
  }
}

/** The last line ends in `…`. */
function shortened(lines: Cluster[][], width: number, { measure, ellipsis }: TextMeasure): Cluster[][] {
  const last = [...(lines.at(-1) ?? [])]
  while (last.length > 0 && measure([...last, ...ellipsis]) > width) last.pop()
  return [
    ...lines.slice(0, -1),
    [...trimmed(last), ...ellipsis.map((each) => ({ ...each, level: last[0]?.level ?? 0 }))],
  ]
}

/** In ems: what is measured once holds at every size. */
function createMeasure(pen: Pen): TextMeasure['measure'] {
  const widths = new Map<string, number>()
  return (clusters) => {
    let width = 0
    for (const run of runsOf(clusters)) {
      const key = `${run.face?.id} ${run.level} ${run.text}`
      const known = widths.get(key) ?? widthOfRun(pen, run)
      widths.set(key, known)
      width += known
    }
    return width
  }
}

/** Each run at its place, in the order in which they are spoken: readers of the text go by that order. */
function drawLine(
  pen: Pen,
  line: readonly Cluster[],
  place: { x: number; y: number; size: number; color: string },
): void {
  const runs = runsOf(line)
  const starts = new Map<Run, number>()
  let { x } = place
  for (const run of inVisualOrder(runs)) {
    starts.set(run, x)
    x += widthOfRun(pen, run) * place.size
  }
  for (const run of runs) drawRun(pen, run, { ...place, x: starts.get(run) ?? x })
}
