import { AuditLogDocument } from '@tikitu/client/operations'
import type { DemoContext } from './demo-context.ts'
import type { PartnerSetup } from './set-up-partner.ts'
import { waitFor } from './wait-for.ts'

/** The actions that the partner's audit log must contain at the end. */
const expectedActions = [
  'applyAsPartner',
  'approvePartner',
  'createVenue',
  'publishLayout',
  'publishEvent',
  'booking.confirmed',
  'payment.captured',
  'booking.ticketsCancelled',
  'payment.refunded',
]

/** Reads the audit log as an admin, and checks that every action is in it. */
export async function checkAuditLog(demo: DemoContext, { admin, partnerId }: PartnerSetup): Promise<void> {
  const count = await waitFor(`the audit log shows ${expectedActions.join(', ')}`, async () => {
    const { auditLog } = await admin.run(AuditLogDocument, { filter: { tenant: partnerId }, first: 100 })
    const entries = auditLog?.edges ?? []
    const actions = new Set(entries.map(({ node }) => node.action))
    return expectedActions.every((action) => actions.has(action)) && entries.length
  })
  demo.reportStep(
    'The audit log shows all of it to the admin',
    `${count} entries, from ${expectedActions[0]} to ${expectedActions.at(-1)}`,
  )
}
