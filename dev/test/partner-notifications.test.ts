// biome-ignore-all lint/style/noRestrictedImports: passes the events of one service to another in one process

import { localKeys, signDetached } from '@tikitu/kit/auth/signing-keys'
import { createInbox } from '@tikitu/kit/messaging/inbox'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { events } from '@tikitu/schema/events/registry'
import { expect, test } from 'vitest'
import { handlers } from '../../subgraphs/notification/src/events.ts'
import * as mail from '../../subgraphs/notification/test/factories.ts'
import { confirmBankAccount } from '../../subgraphs/partner/src/domain/bank-accounts/confirm-bank-account.ts'
import { proposeBankAccount } from '../../subgraphs/partner/src/domain/bank-accounts/propose-bank-account.ts'
import { expireDocuments } from '../../subgraphs/partner/src/domain/documents/expire-documents.ts'
import { approvePartnerDocument } from '../../subgraphs/partner/src/domain/documents/review-document.ts'
import { inviteMember } from '../../subgraphs/partner/src/domain/members/invite-member.ts'
import { suspendPartner } from '../../subgraphs/partner/src/domain/partners/partner-standing.ts'
import * as office from '../../subgraphs/partner/test/factories.ts'

const partnerDatabase = useDatabase(office.migrations)
const mailDatabase = useDatabase(mail.migrations)

/** Delivers the events that partner emitted to notification, with their signatures, and sends the messages. */
async function deliver(readers: readonly string[]) {
  const { mails, channels } = mail.fakeMailServer()
  const ctx = mail.ctxOf(mailDatabase, { channels })
  for (const userId of readers) await mail.person(ctx, { userId, name: 'Ada' })
  const receive = createInbox({ registry: events, handlers, keysOf: () => localKeys(office.keys.jwks) })
  for (const { to, event } of await outboxOf(partnerDatabase.db)) {
    if (to !== 'notification') continue
    const body = JSON.stringify(event)
    const receipt = await inTransaction(ctx, async (ctx) => receive(ctx, body, await signDetached(office.keys, body)))
    expect(receipt.status).toBe(204)
  }
  for (const userId of readers) await mail.deliverAll(ctx, userId)
  return { ctx, mails }
}

test('a partner’s members are notified of its status, documents and bank account, by mail and in the app', async () => {
  const { partner, owner } = await office.company(partnerDatabase)
  const manager = await office.colleague(partnerDatabase, partner, 'MANAGER')
  const [ctx, staff] = [office.ctxOf(partnerDatabase, owner), office.staffOf(partnerDatabase)]
  const partnerId = partner.id
  const { id: documentId } = await office.handIn(ctx, { partnerId })
  await approvePartnerDocument(staff, { documentId, validUntil: '2027-03-20' })
  await expireDocuments(office.ctxOf(partnerDatabase, { kind: 'service', service: 'partner' }))
  const iban = { holderName: 'Globe', country: 'DE', accountNumber: 'DE89370400440532013000' }
  await confirmBankAccount(staff, (await proposeBankAccount(ctx, { partnerId, ...iban })).id)
  await inviteMember(ctx, { partnerId, email: 'bob@example.org', role: 'SCANNER' })
  await suspendPartner(staff, { partnerId, reason: 'Under investigation.' })

  const { ctx: mailCtx, mails } = await deliver([owner.userId, manager.viewer.userId])
  const subjects = [
    'Your document is approved',
    'Your document expires soon',
    'A new bank account was proposed',
    'Your bank account for payouts was changed',
    'Your partner account is suspended',
  ]
  for (const userId of [owner.userId, manager.viewer.userId]) {
    const own = mails.filter((message) => message.to.address === `${userId}@example.org`)
    expect(own.map(({ subject }) => subject).toSorted()).toEqual(subjects.toSorted())
    expect(own.find(({ subject }) => subject === subjects[1])?.text).toContain('4 April 2027')
    expect(own.find(({ subject }) => subject === subjects[3])?.text).toContain('4 March 2027')
    expect(own.find(({ subject }) => subject === subjects[4])?.text).toContain('Under investigation.')
    const inbox = (await mail.messagesTo(mailCtx, userId)).filter(({ channel }) => channel === 'IN_APP')
    expect(inbox).toHaveLength(subjects.length)
  }
  await mail.deliverAll(mailCtx, 'bob@example.org')
  const invitation = mails.find((message) => message.to.address === 'bob@example.org')
  expect(invitation?.subject).toBe('You are invited to join a team on Tikitu')
})
