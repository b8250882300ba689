import { isStaff } from '@tikitu/kit/auth/viewer'
import type { Ctx } from '../../context.ts'
import type { CancellationRequestRow } from '../../db/tables/cancellation-requests.ts'
import { hasPartnerRole } from '../projections/partner-role.ts'

/** The open request to cancel a performance or an event, for the partner's members and staff. */
export async function pendingRequestOf(
  ctx: Ctx,
  { partnerId, cancellationRequestId }: { partnerId: string; cancellationRequestId: string | null },
): Promise<CancellationRequestRow | null> {
  if (!cancellationRequestId) return null
  const maySee = isStaff(ctx.viewer) || (await hasPartnerRole(ctx, partnerId, 'BOX_OFFICE'))
  return maySee ? await ctx.load.cancellationRequest.load(cancellationRequestId) : null
}
