import { validateInput } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { LayoutRow } from '../../db/tables/venues.ts'
import { draftLayout } from './create-layout.ts'
import { readLayoutDocument } from './read-layout-document.ts'
import { convertSeatingPlan } from './seating-plan/convert-plan.ts'
import { readSeatingPlan } from './seating-plan/read-plan.ts'

const importOptions = z.object({
  seatSpacingCm: z
    .int()
    .min(30, 'must be between 30 and 300')
    .max(300, 'must be between 30 and 300')
    .nullish()
    .transform((spacing) => spacing ?? 55),
  stageSide: z
    .enum(['TOP', 'BOTTOM', 'LEFT', 'RIGHT'])
    .nullish()
    .transform((side) => side ?? 'TOP'),
})

export interface ImportLayoutInput extends z.input<typeof importOptions> {
  venueId: string
  name: string
  format: 'PRETIX_SEATING_PLAN'
  document: unknown
  idempotencyKey?: string | null
}

/**
 * Creates a draft from a seating plan of another program. Problems name the path in the plan that was sent.
 * @throws {LayoutInvalid | NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function importLayout(ctx: Ctx, input: ImportLayoutInput): Promise<LayoutRow> {
  const { stageSide, seatSpacingCm: seatSpacing } = validateInput(importOptions, input)
  const converted = convertSeatingPlan(readSeatingPlan(input.document), { stageSide, seatSpacing })
  return await draftLayout(ctx, { operation: 'importLayout', input, document: readLayoutDocument(converted) })
}
