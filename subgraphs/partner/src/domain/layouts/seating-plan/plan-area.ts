import type { Point } from './plan-frame.ts'
import type { PlanArea } from './read-plan.ts'

/** The number of corners that approximate a circle. */
const roundCorners = 24

/** The corners of an area relative to its zone; one point for a text. */
export function areaOutline(area: PlanArea): Point[] {
  const { position, rotation = 0 } = area
  const turn = (rotation * Math.PI) / 180
  const [sin, cos] = [Math.sin(turn), Math.cos(turn)]
  return cornersOf(area).map(({ x, y }) => ({ x: position.x + x * cos - y * sin, y: position.y + x * sin + y * cos }))
}

/** Relative to the area's position: the corner of a rectangle, the centre of a circle. */
function cornersOf({ polygon, circle, ellipse, rectangle, width, height }: PlanArea): Point[] {
  if (polygon && polygon.points.length >= 3) return polygon.points
  const radius = ellipse?.radius ?? (circle ? { x: circle.radius, y: circle.radius } : null)
  if (radius) return roundOutline(radius)
  const size = rectangle ?? { width: width ?? 0, height: height ?? 0 }
  if (size.width <= 0 || size.height <= 0) return [{ x: 0, y: 0 }]
  const { width: right, height: bottom } = size
  return [
    { x: 0, y: 0 },
    { x: right, y: 0 },
    { x: right, y: bottom },
    { x: 0, y: bottom },
  ]
}

function roundOutline(radius: Point): Point[] {
  return Array.from({ length: roundCorners }, (_corner, index) => {
    const angle = (2 * Math.PI * index) / roundCorners
    return { x: radius.x * Math.cos(angle), y: radius.y * Math.sin(angle) }
  })
}
