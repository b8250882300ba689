/** A point of a plan. */
export interface Point {
  x: number
  y: number
}

/** On which side of a drawing the stage is. */
export type StageSide = 'TOP' | 'BOTTOM' | 'LEFT' | 'RIGHT'

/** How a drawing of another program becomes a plan in centimetres. */
export interface FrameOptions {
  stageSide: StageSide
  /** From the middle of a seat to the middle of the next one, in centimetres. */
  seatSpacing: number
}

/** What the seats of a drawing say about its scale and its place. */
export interface Drawing {
  /** The seats of each row, in order. */
  rows: readonly (readonly Point[])[]
  /** The outlines of stages. */
  stages: readonly (readonly Point[])[]
}

/** How far a drawing without a stage is put away from the stage's edge. */
const firstRowCm = 200
/** How far seats are apart in a plan of pretix where none has a neighbour. */
const usualDistance = 25

/** The distance between neighbours in most of the rows, in units of the drawing. */
export function usualSpacing(rows: Drawing['rows']): number {
  const distances = rows
    .flatMap((seats) => seats.slice(1).map((seat, index) => distance(seat, seats[index] as Point)))
    .filter((length) => length > 0)
    .toSorted((one, other) => one - other)
  return distances[Math.floor(distances.length / 2)] ?? usualDistance
}

/**
 * Turns points of a drawing into centimetres as the audience sees them: turned with the stage to y = 0, scaled so that neighbours
 * are as far apart as they should be, and with the middle of the seats at x = 0.
 */
export function frameOf({ rows, stages }: Drawing, { stageSide, seatSpacing }: FrameOptions): (point: Point) => Point {
  const scale = seatSpacing / usualSpacing(rows)
  const placed = (point: Point) => turned({ x: point.x * scale, y: point.y * scale }, stageSide)
  const seats = rows.flat().map(placed)
  const [left, right] = rangeOf(seats.map(({ x }) => x))
  const [front] = rangeOf(seats.map(({ y }) => y))
  const [, stageEdge] = rangeOf(stages.flat().map((point) => placed(point).y))
  const middle = (left + right) / 2
  const edge = Number.isFinite(stageEdge) ? stageEdge : front - firstRowCm
  return (point) => {
    const { x, y } = placed(point)
    return { x: Math.round(x - middle) + 0, y: Math.round(y - edge) + 0 }
  }
}

/** How far two points are apart. */
export function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}

/** Drawings have y down. Whoever looks at the stage has it ahead, and x grows to their right. */
function turned({ x, y }: Point, stageSide: StageSide): Point {
  const points = { TOP: { x, y }, BOTTOM: { x: -x, y: -y }, LEFT: { x: -y, y: x }, RIGHT: { x: y, y: -x } }
  return points[stageSide]
}

function rangeOf(values: readonly number[]): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity]
  for (const value of values) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return [least, most]
}
