import { lineProblem } from '@tikitu/kit/base/line-text'
import { formatPath } from '@tikitu/kit/base/validate-input'
import { capacityOf, type LayoutDocument, layoutDocument } from '@tikitu/schema/layout'
import { LayoutInvalid, type LayoutProblem } from '../../errors.ts'

/** The maximum number of numbered seats in a layout. */
export const maxSeats = 50_000
/** The maximum capacity of a layout. */
export const maxCapacity = 200_000
/** The maximum number of points in all shapes. */
const maxShapePoints = 10_000

/**
 * Parses a layout document. Unknown fields are refused rather than dropped: a misspelt `accessible` matters to somebody.
 * @throws {LayoutInvalid}
 */
export function readLayoutDocument(sent: unknown): LayoutDocument {
  const result = layoutDocument.safeParse(sent)
  if (!result.success) {
    throw new LayoutInvalid(result.error.issues.map(({ path, message }) => ({ path: formatPath(path), message })))
  }
  const problems = [...unknownFields(sent, result.data, []), ...unprintable(result.data), ...limitProblems(result.data)]
  if (problems.length > 0) throw new LayoutInvalid(problems)
  return result.data
}

function* unknownFields(sent: unknown, known: unknown, path: PropertyKey[]): Generator<LayoutProblem> {
  if (typeof sent !== 'object' || sent === null || typeof known !== 'object' || known === null) return
  for (const [key, value] of Object.entries(sent)) {
    const step = [...path, Array.isArray(sent) ? Number(key) : key]
    if (Object.hasOwn(known, key)) yield* unknownFields(value, known[key as never], step)
    else yield { path: formatPath(step), message: 'is not a field of the format tikitu.layout.v1' }
  }
}

/** Checked here and not by the format, so that layouts published earlier can still be read. */
function* unprintable({ zones, sections, shapes = [] }: LayoutDocument): Generator<LayoutProblem> {
  for (const [index, { name }] of zones.entries()) yield* unprintableIn(name, `zones[${index}].name`)
  for (const [index, { label = '' }] of shapes.entries()) yield* unprintableIn(label, `shapes[${index}].label`)
  for (const [index, section] of sections.entries()) {
    const path = `sections[${index}]`
    yield* unprintableIn(section.label, `${path}.label`)
    for (const [rowIndex, row] of (section.kind === 'SEATED' ? section.rows : []).entries()) {
      yield* unprintableIn(row.label, `${path}.rows[${rowIndex}].label`)
      for (const [seatIndex, seat] of row.seats.entries()) {
        yield* unprintableIn(seat.label, `${path}.rows[${rowIndex}].seats[${seatIndex}].label`)
      }
    }
  }
}

function* unprintableIn(text: string, path: string): Generator<LayoutProblem> {
  const message = lineProblem(text)
  if (message) yield { path, message }
}

function* limitProblems(document: LayoutDocument): Generator<LayoutProblem> {
  const seats = document.sections.flatMap((section) => (section.kind === 'SEATED' ? section.rows : []))
  const seatCount = seats.reduce((sum, row) => sum + row.seats.length, 0)
  if (seatCount > maxSeats) yield { path: 'sections', message: `must have at most ${maxSeats} numbered seats in total` }
  if (capacityOf(document) > maxCapacity) {
    yield { path: 'sections', message: `must have places for at most ${maxCapacity} people in total` }
  }
  const points = (document.shapes ?? []).reduce((sum, shape) => sum + shape.points.length, 0)
  if (points > maxShapePoints) yield { path: 'shapes', message: `must have at most ${maxShapePoints} points in total` }
}
