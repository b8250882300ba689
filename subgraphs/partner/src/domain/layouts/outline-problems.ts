import type { LayoutDocument } from '@tikitu/schema/layout'
import type { LayoutProblem } from '../../errors.ts'
import { placedSeats } from './overlap-problems.ts'
import { areaOf, contains, isSimple, overlaps, type Point } from './polygon.ts'

interface AreaOutline {
  outline: readonly Point[]
  path: string
}

/** The maximum number of outline corners in a layout, which bounds the time of the checks. */
const maxCorners = 2_000

/** Outlines of general-admission areas that cross themselves or each other, or contain numbered seats. */
export function* outlineProblems(document: LayoutDocument): Generator<LayoutProblem> {
  const outlines = document.sections.flatMap((section, index) =>
    section.kind === 'GENERAL_ADMISSION' && section.outline
      ? [{ outline: section.outline, path: `sections[${index}].outline` }]
      : [],
  )
  if (outlines.reduce((sum, { outline }) => sum + outline.length, 0) > maxCorners) {
    yield { path: 'sections', message: `must have at most ${maxCorners} outline corners in total` }
    return
  }
  const sound: AreaOutline[] = []
  for (const outlined of outlines) {
    if (areaOf(outlined.outline) === 0 || !isSimple(outlined.outline)) {
      yield { path: outlined.path, message: 'must enclose an area without crossing itself' }
    } else sound.push(outlined)
  }
  yield* overlapping(sound)
  yield* seatsInside(document, sound)
}

function* overlapping(outlines: readonly AreaOutline[]): Generator<LayoutProblem> {
  for (const [index, { outline, path }] of outlines.entries()) {
    const other = outlines.slice(0, index).find((before) => overlaps(before.outline, outline))
    if (other) yield { path, message: `overlaps ${other.path}` }
  }
}

function* seatsInside(document: LayoutDocument, outlines: readonly AreaOutline[]): Generator<LayoutProblem> {
  if (outlines.length === 0) return
  for (const seat of placedSeats(document)) {
    const around = outlines.find(({ outline }) => contains(outline, seat))
    if (around) yield { path: seat.path, message: `is inside ${around.path}` }
  }
}
