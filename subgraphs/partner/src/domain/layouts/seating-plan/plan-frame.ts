/** A point of a plan. */
export interface Point {
  x: number
  y: number
}

/** The side of a drawing where the stage is. */
export type StageSide = 'TOP' | 'BOTTOM' | 'LEFT' | 'RIGHT'

/** Options for converting a drawing into centimetres. */
export interface FrameOptions {
  stageSide: StageSide
  /** The distance between the centres of neighbouring seats, in centimetres. */
  seatSpacing: number
}

/** The parts of a drawing that determine its scale and position. */
export interface Drawing {
  /** The seats of each row, in order. */
  rows: readonly (readonly Point[])[]
  /** The outlines of stages. */
  stages: readonly (readonly Point[])[]
}

/** The distance from the stage's edge to the first row in a drawing without a stage. */
const firstRowCm = 200
/** The default distance between seats in a pretix plan in which none has a neighbour. */
const usualDistance = 25

/** The median distance between neighbours, in units of the drawing. */
export function usualSpacing(rows: Drawing['rows']): number {
  const distances = rows
    .flatMap((seats) => seats.slice(1).map((seat, index) => distance(seat, seats[index] as Point)))
    .filter((length) => length > 0)
    .toSorted((one, other) => one - other)
  return distances[Math.floor(distances.length / 2)] ?? usualDistance
}

/**
 * Returns a function from points of a drawing to centimetres: turned with the stage to y = 0, scaled to the wanted distance
 * between neighbours, and with the centre of the seats at x = 0.
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

/** The distance between two points. */
export function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}

/** In drawings y points down. In a plan x grows to the right of somebody who faces the stage. */
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
