/** A point of a plan. */
export interface Point {
  x: number
  y: number
}

type Edge = readonly [Point, Point]

/** The area of an outline, never negative. */
export function areaOf(outline: readonly Point[]): number {
  const doubled = edgesOf(outline).reduce((sum, [a, b]) => sum + a.x * b.y - b.x * a.y, 0)
  return Math.abs(doubled) / 2
}

/**
 * Whether no two edges of an outline touch, apart from neighbours at their corner. (Where an edge runs back over its
 * neighbour, the one after it touches them too.)
 */
export function isSimple(outline: readonly Point[]): boolean {
  const edges = edgesOf(outline)
  const last = edges.length - 1
  return edges.every((edge, index) =>
    edges.every((other, at) => at < index + 2 || (index === 0 && at === last) || !touches(edge, other)),
  )
}

/** Whether a point is inside an outline. Points on the line are outside. */
export function contains(outline: readonly Point[], point: Point): boolean {
  let isInside = false
  for (const [a, b] of edgesOf(outline)) {
    if (side(a, b, point) === 0 && isBetween(a, b, point)) return false
    if (a.y > point.y === b.y > point.y) continue
    if (point.x < a.x + ((point.y - a.y) / (b.y - a.y)) * (b.x - a.x)) isInside = !isInside
  }
  return isInside
}

/**
 * Whether two simple outlines share some area. Sharing a wall is no overlap. When no walls cross, the order of walls along
 * a horizontal line stays the same between two corners' heights, so one line in each such band is enough.
 */
export function overlaps(one: readonly Point[], other: readonly Point[]): boolean {
  const edges = edgesOf(other)
  if (edgesOf(one).some((edge) => edges.some((against) => crosses(edge, against)))) return true
  const heights = [...new Set([...one, ...other].map((corner) => corner.y))].toSorted((a, b) => a - b)
  return heights.slice(1).some((height, index) => {
    const level = (height + (heights[index] as number)) / 2
    const spans = spansAt(other, level)
    return spansAt(one, level).some(([from, to]) =>
      spans.some((span) => Math.min(to, span[1]) - Math.max(from, span[0]) > 1e-6),
    )
  })
}

/** The parts of a horizontal line, at no corner's height, that are inside an outline. */
function spansAt(outline: readonly Point[], y: number): [number, number][] {
  const walls = edgesOf(outline)
    .filter(([a, b]) => a.y > y !== b.y > y)
    .map(([a, b]) => a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x))
    .toSorted((a, b) => a - b)
  return walls.flatMap((wall, index) => (index % 2 === 1 ? [[walls[index - 1] as number, wall]] : []))
}

function edgesOf(outline: readonly Point[]): Edge[] {
  return outline.map((corner, index) => [corner, outline[(index + 1) % outline.length] as Point] as const)
}

/** Whether two edges cross: each has the ends of the other on both its sides. */
function crosses([a, b]: Edge, [c, d]: Edge): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

function touches([a, b]: Edge, [c, d]: Edge): boolean {
  if (crosses([a, b], [c, d])) return true
  return (
    (side(a, b, c) === 0 && isBetween(a, b, c)) ||
    (side(a, b, d) === 0 && isBetween(a, b, d)) ||
    (side(c, d, a) === 0 && isBetween(c, d, a)) ||
    (side(c, d, b) === 0 && isBetween(c, d, b))
  )
}

/** 1 when `point` is to the left of the line from `a` to `b`, -1 to the right, 0 on it. Exact: coordinates are integers. */
function side(a: Point, b: Point, point: Point): number {
  return Math.sign((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x))
}

function isBetween(a: Point, b: Point, point: Point): boolean {
  return (
    Math.min(a.x, b.x) <= point.x &&
    point.x <= Math.max(a.x, b.x) &&
    Math.min(a.y, b.y) <= point.y &&
    point.y <= Math.max(a.y, b.y)
  )
}
