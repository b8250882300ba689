import { visualForm } from '@tikitu/kit/base/line-text'
import {
  capacityOf,
  type LayoutDocument,
  type LayoutRow,
  type LayoutSeat,
  type LayoutSection,
  type SeatedSection,
} from '@tikitu/schema/layout'
import type { LayoutProblem } from '../../errors.ts'
import { outlineProblems } from './outline-problems.ts'
import { overlapProblems } from './overlap-problems.ts'

const maxProblems = 1_000

/**
 * The problems that prevent publishing a layout, the first thousand of them: duplicate labels, unknown zones, overlapping
 * seats and areas, companion seats far from their accessible seat, more places than the venue's capacity.
 */
export function layoutProblems(document: LayoutDocument, venueCapacity: number): LayoutProblem[] {
  const problems: LayoutProblem[] = []
  for (const problem of all(document, venueCapacity)) {
    problems.push(problem)
    if (problems.length === maxProblems) break
  }
  return problems
}

function* all(document: LayoutDocument, venueCapacity: number): Generator<LayoutProblem> {
  yield* duplicateLabels(document.zones.map(({ name }, index) => ({ label: name, path: `zones[${index}].name` })))
  yield* duplicateLabels(document.sections.map(({ label }, index) => ({ label, path: `sections[${index}].label` })))
  yield* unknownZones(document)
  for (const [index, section] of document.sections.entries()) {
    if (section.kind === 'SEATED') yield* seatedProblems(section, `sections[${index}]`)
  }
  yield* overlapProblems(document)
  yield* outlineProblems(document)
  const capacity = capacityOf(document)
  if (capacity > venueCapacity) {
    yield {
      path: 'sections',
      message: `have places for ${capacity} people, but the capacity of the venue is ${venueCapacity}`,
    }
  }
}

function* unknownZones({ zones, sections }: LayoutDocument): Generator<LayoutProblem> {
  const names = new Set(zones.map((zone) => zone.name))
  for (const [index, section] of sections.entries()) {
    for (const { zone, path } of namedZones(section, `sections[${index}]`)) {
      if (!names.has(zone)) yield { path: `${path}.zone`, message: `unknown zone ${zone}` }
    }
  }
}

/** The zones named by a section, its rows and its seats, with their paths. */
function* namedZones(section: LayoutSection, path: string): Generator<{ zone: string; path: string }> {
  yield { zone: section.zone, path }
  if (section.kind !== 'SEATED') return
  for (const [rowIndex, row] of section.rows.entries()) {
    const rowPath = `${path}.rows[${rowIndex}]`
    if (row.zone !== undefined) yield { zone: row.zone, path: rowPath }
    for (const [index, { zone }] of row.seats.entries()) {
      if (zone !== undefined) yield { zone, path: `${rowPath}.seats[${index}]` }
    }
  }
}

function* seatedProblems(section: SeatedSection, path: string): Generator<LayoutProblem> {
  const rows = section.rows.map((row, index) => ({ ...row, path: `${path}.rows[${index}]` }))
  const named = rows.filter(({ label }) => label !== '')
  yield* duplicateLabels(named.map((row) => ({ label: row.label, path: `${row.path}.label` })))
  for (const row of named) yield* duplicateLabels(seatLabels(row))
  // In unnamed rows a ticket distinguishes seats by their label only.
  yield* duplicateLabels(rows.filter(({ label }) => label === '').flatMap(seatLabels))
  yield* companionProblems(rows)
}

interface PlacedRow extends LayoutRow {
  path: string
}

function seatLabels({ seats, path }: PlacedRow): { label: string; path: string }[] {
  return seats.map(({ label }, index) => ({ label, path: `${path}.seats[${index}].label` }))
}

function* companionProblems(rows: readonly PlacedRow[]): Generator<LayoutProblem> {
  for (const { seats, path } of rows) {
    for (const [index, seat] of seats.entries()) {
      if (!seat.companion) continue
      const seatPath = `${path}.seats[${index}].companion`
      if (seat.accessible) yield { path: seatPath, message: 'cannot be both an accessible and a companion seat' }
      else if (!isBesideAccessible(seats, index)) {
        yield { path: seatPath, message: 'must be directly beside an accessible seat in its row' }
      }
    }
  }
}

/** Seats across an aisle are not beside each other. */
function isBesideAccessible(seats: readonly LayoutSeat[], index: number): boolean {
  const left = seats[index]?.gapBefore ? undefined : seats[index - 1]
  const next = seats[index + 1]
  const right = next?.gapBefore ? undefined : next
  return Boolean(left?.accessible || right?.accessible)
}

/** Labels are read and heard: labels that look or sound the same are duplicates. */
function* duplicateLabels(labels: readonly { label: string; path: string }[]): Generator<LayoutProblem> {
  const first = new Map<string, string>()
  for (const { label, path } of labels) {
    const heard = visualForm(label)
    const before = first.get(heard)
    if (before === undefined) first.set(heard, path)
    else yield { path, message: `${label} is already the label of ${before}` }
  }
}
