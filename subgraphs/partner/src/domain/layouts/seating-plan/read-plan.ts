import { lineProblem } from '@tikitu/kit/base/line-text'
import { formatPath } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import { LayoutInvalid, type LayoutProblem } from '../../../errors.ts'

/** Text that is printed on tickets. */
function printed(min: number, max: number) {
  return z
    .string()
    .trim()
    .min(min)
    .max(max)
    .superRefine((text, check) => {
      const message = lineProblem(text)
      if (message) check.addIssue({ code: 'custom', message })
    })
}

const position = z.object({ x: z.number(), y: z.number() })

const planSeat = z.object({ seat_number: printed(1, 24), category: printed(1, 60), position })

const planRow = z.object({
  row_number: printed(0, 24),
  position: position.optional(),
  seats: z.array(planSeat).max(500),
})

/** Older plans put the size and the text of an area beside its shape, newer ones inside. */
const planArea = z.object({
  position,
  rotation: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  rectangle: z.object({ width: z.number(), height: z.number() }).optional(),
  circle: z.object({ radius: z.number() }).optional(),
  ellipse: z.object({ radius: position }).optional(),
  polygon: z.object({ points: z.array(position).max(200) }).optional(),
  text: z.union([z.string(), z.object({ text: z.string().optional() }).transform(({ text = '' }) => text)]).optional(),
})

const planZone = z.object({
  name: printed(0, 60).default(''),
  position,
  rows: z.array(planRow).max(300),
  areas: z.array(planArea).max(500).default([]),
})

/**
 * A pretix seating plan: zones of rows of seats, each seat with a price category. Positions add up: a seat's is relative to
 * its row, a row's to its zone. Fields not needed here are ignored.
 */
const seatingPlan = z.object({
  categories: z
    .array(z.object({ name: printed(1, 60), color: z.string().optional() }))
    .min(1)
    .max(50),
  zones: z.array(planZone).min(1).max(300),
})

export type SeatingPlan = z.infer<typeof seatingPlan>
export type PlanZone = SeatingPlan['zones'][number]
export type PlanRow = PlanZone['rows'][number]
export type PlanArea = PlanZone['areas'][number]

/** Parses a seating plan. @throws {LayoutInvalid} with the path of every problem in the plan */
export function readSeatingPlan(sent: unknown): SeatingPlan {
  const result = seatingPlan.safeParse(sent)
  if (!result.success) {
    throw new LayoutInvalid(result.error.issues.map(({ path, message }) => ({ path: formatPath(path), message })))
  }
  const problems = [...unknownCategories(result.data)]
  if (!result.data.zones.some(({ rows }) => rows.some(({ seats }) => seats.length > 0))) {
    problems.push({ path: 'zones', message: 'must contain seats' })
  }
  if (problems.length > 0) throw new LayoutInvalid(problems)
  return result.data
}

function* unknownCategories({ categories, zones }: SeatingPlan): Generator<LayoutProblem> {
  const names = new Set(categories.map(({ name }) => name))
  for (const [zoneIndex, { rows }] of zones.entries()) {
    for (const [rowIndex, { seats }] of rows.entries()) {
      for (const [index, { category }] of seats.entries()) {
        const path = `zones[${zoneIndex}].rows[${rowIndex}].seats[${index}].category`
        if (!names.has(category)) yield { path, message: `unknown category ${category}` }
      }
    }
  }
}
