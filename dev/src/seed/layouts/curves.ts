/** A point on the plan, in centimetres: x to the right, y away from the stage's front edge. */
export interface Point {
  x: number
  y: number
}

/** A curve for a row of seats. `at` takes the distance along it from its middle, positive to the right. */
export interface Curve {
  length: number
  at: (distance: number) => Point
}

/** A half circle around `center`, facing the stage. */
export function arc(center: Point, radius: number): Curve {
  return {
    length: Math.PI * radius,
    at(distance) {
      const angle = distance / radius
      return { x: center.x + radius * Math.sin(angle), y: center.y + radius * Math.cos(angle) }
    },
  }
}

const samples = 1440

/** An ellipse around `center`, open towards the stage: `opening` is the fraction of a full turn that is left out. */
export function openEllipse(center: Point, half: Point, opening: number): Curve {
  const reach = Math.PI * (1 - opening)
  const point = (angle: number) => ({ x: center.x + half.x * Math.sin(angle), y: center.y + half.y * Math.cos(angle) })
  const distances = measure(point, reach)
  const length = distances.at(-1) ?? 0
  return { length, at: (distance) => point(angleAt(distances, reach, distance + length / 2)) }
}

/** The arc length at each sample: an ellipse has no closed formula. */
function measure(point: (angle: number) => Point, reach: number): number[] {
  const distances = [0]
  let before = point(-reach)
  for (let sample = 1; sample <= samples; sample++) {
    const here = point(-reach + (2 * reach * sample) / samples)
    distances.push((distances[sample - 1] ?? 0) + Math.hypot(here.x - before.x, here.y - before.y))
    before = here
  }
  return distances
}

function angleAt(distances: readonly number[], reach: number, wanted: number): number {
  const after = Math.max(
    1,
    distances.findIndex((distance) => distance >= wanted),
  )
  const [low = 0, high = 0] = [distances[after - 1], distances[after]]
  const part = high > low ? (wanted - low) / (high - low) : 0
  return -reach + (2 * reach * (after - 1 + part)) / samples
}

/** The point in whole centimetres, as in a layout. */
export function rounded({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) }
}
