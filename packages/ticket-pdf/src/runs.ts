import type { Cluster } from './clusters.ts'
import type { Face } from './faces.ts'

/** Letters that are drawn with one face, in one direction. */
export interface Run {
  /** In the order in which it is spoken. */
  text: string
  /** Null for a letter that no font has. */
  face: Face | null
  /** Odd when it is read from right to left. */
  level: number
}

/** The runs of a line, in the order in which they are spoken. */
export function runsOf(line: readonly Cluster[]): Run[] {
  const runs: Run[] = []
  for (const cluster of line) {
    const last = runs.at(-1)
    if (last && last.face !== null && last.face === cluster.face && last.level === cluster.level)
      last.text += cluster.text
    else runs.push({ text: cluster.text, face: cluster.face, level: cluster.level })
  }
  return runs
}

/** From left to right, as they are seen: rule L2 of the Unicode bidirectional algorithm. */
export function inVisualOrder(runs: readonly Run[]): Run[] {
  const ordered = [...runs]
  for (let level = Math.max(0, ...runs.map((run) => run.level)); level > 0; level--) {
    for (let from = 0; from < ordered.length; from++) {
      let to = from
      while (to < ordered.length && (ordered[to]?.level ?? 0) >= level) to++
      ordered.splice(from, to - from, ...ordered.slice(from, to).reverse())
      from = Math.max(from, to - 1)
    }
  }
  return ordered
}
