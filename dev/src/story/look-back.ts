import { AuditLogDocument } from '@tikitu/client/operations'
import { eventually } from './eventually.ts'
import type { Business } from './open-for-business.ts'
import type { World } from './world.ts'

/** What the audit log of the partner must show after the story. */
const told = [
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

/** The admin sees all of it in the audit log. */
export async function lookBack(world: World, { admin, partnerId }: Business): Promise<void> {
  const count = await eventually(`the audit log shows ${told.join(', ')}`, async () => {
    const { auditLog } = await admin.run(AuditLogDocument, { filter: { tenant: partnerId }, first: 100 })
    const entries = auditLog?.edges ?? []
    const actions = new Set(entries.map(({ node }) => node.action))
    return told.every((action) => actions.has(action)) && entries.length
  })
  world.tell('The admin sees all of it in the audit log', `${count} entries, from ${told[0]} to ${told.at(-1)}`)
}
