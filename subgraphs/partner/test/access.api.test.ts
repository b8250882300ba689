import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { accessMatrix } from '@tikitu/kit/testing/graphql/access-matrix'
import { callersWithoutRights, staffOfEachRole } from '@tikitu/kit/testing/graphql/callers'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { proposeBankAccount } from '../src/domain/bank-accounts/propose-bank-account.ts'
import { withdrawBankAccount } from '../src/domain/bank-accounts/withdraw-bank-account.ts'
import { createLayout } from '../src/domain/layouts/create-layout.ts'
import { publishLayout } from '../src/domain/layouts/publish-layout.ts'
import { inviteMember } from '../src/domain/members/invite-member.ts'
import { revokeInvitation } from '../src/domain/members/revoke-invitation.ts'
import {
  colleague,
  company,
  ctxOf,
  factsAbout,
  handIn,
  house,
  migrations,
  partnerOn,
  plan,
  testAdmin,
  uploaded,
} from './factories.ts'

const database = useDatabase(migrations)

const decisions = [
  'startPartnerReview',
  'approvePartner',
  'requestPartnerChanges',
  'rejectPartner',
  'restrictPartner',
  'suspendPartner',
  'reinstatePartner',
  'terminatePartner',
]

/** A pretix plan with one seat, as a literal. */
const pretixPlan =
  '{ categories: [{ name: "A" }], zones: [{ position: { x: 0, y: 0 }, rows: [{ row_number: "", seats: [{ seat_number: "1", category: "A", position: { x: 0, y: 0 } }] }] }] }'

/** A partner with one of everything, in a state in which no call removes what the next one needs. */
async function settled() {
  const { partner, owner, ownerMember } = await company(database)
  const ctx = ctxOf(database, owner)
  const partnerId = partner.id
  const venue = await house(database, partner)
  const layout = await createLayout(ctx, { venueId: venue.id, name: 'Standard', document: plan() })
  await publishLayout(ctx, { layoutId: layout.id })
  const draft = await createLayout(ctx, { venueId: venue.id, name: 'Draft', document: plan() })
  const invitation = await inviteMember(ctx, { partnerId, email: 'bob@example.org', role: 'SCANNER' })
  await revokeInvitation(ctx, invitation.id)
  const [mail] = await factsAbout(database, invitation.id)
  const token = String(mail?.data['token'])
  const number = { holderName: 'Globe', country: 'DE', accountNumber: 'DE89370400440532013000' }
  const account = await proposeBankAccount(ctx, { partnerId, ...number })
  await withdrawBankAccount(ctx, account.id)
  const document = await handIn(ctx, { partnerId })
  const uploadId = await uploaded(ctx, partnerId)
  return { partner, owner, ownerMember, venue, layout, draft, invitation, token, account, document, uploadId }
}

function callsOn(it: Awaited<ReturnType<typeof settled>>): Record<string, string> {
  const partnerId = `partnerId: "${it.partner.id}"`
  const decision = (name: string) => [`Mutation.${name}`, `${name}(input: { ${partnerId}, reason: "Because." })`]
  const facts =
    'legalName: "X", registrationNumber: "1", country: "GB", addressLines: ["X"], contactEmail: "x@example.org"'
  const account = 'holderName: "X", country: "DE", accountNumber: "DE89370400440532013000"'
  const place = 'addressLines: ["X"], city: "X", country: "GB", timeZone: "Europe/London", capacity: 10'
  const literal = JSON.stringify(plan()).replaceAll(/"(\w+)":/g, '$1:')
  const layoutId = `layoutId: "${it.layout.id}"`
  const member = `memberId: "${it.ownerMember.id}"`
  return {
    'Query.me': 'me { id }',
    'Query.partner': `partner(id: "${it.partner.id}") { id }`,
    'Query.partners': 'partners { edges { cursor } }',
    'Query.partnerDocumentFile': `partnerDocumentFile(documentId: "${it.document.id}") { url }`,
    'Query.partnerInvitation': `partnerInvitation(token: "${it.token}") { invitationId }`,
    'Query.venue': `venue(id: "${it.venue.id}") { id }`,
    'Query.venues': 'venues { edges { cursor } }',
    'Query.layout': `layout(id: "${it.draft.id}") { id }`,
    'Mutation.applyAsPartner': `applyAsPartner(input: { name: "X", ${facts} })`,
    'Mutation.updatePartner': `updatePartner(input: { ${partnerId}, description: "X" })`,
    'Mutation.createDocumentUpload': `createDocumentUpload(input: { ${partnerId} })`,
    'Mutation.uploadPartnerDocument': `uploadPartnerDocument(input: { ${partnerId}, kind: OTHER, fileName: "x", uploadId: "${it.uploadId}" })`,
    'Mutation.removePartnerDocument': `removePartnerDocument(input: { documentId: "${it.document.id}" })`,
    'Mutation.submitPartnerApplication': `submitPartnerApplication(input: { ${partnerId} })`,
    'Mutation.approvePartnerDocument': `approvePartnerDocument(input: { documentId: "${it.document.id}" })`,
    'Mutation.rejectPartnerDocument': `rejectPartnerDocument(input: { documentId: "${it.document.id}", reason: "Blurred." })`,
    'Mutation.inviteMember': `inviteMember(input: { ${partnerId}, email: "eve@example.org", role: SCANNER })`,
    'Mutation.revokeInvitation': `revokeInvitation(input: { invitationId: "${it.invitation.id}" })`,
    'Mutation.acceptInvitation': 'acceptInvitation(input: { token: "unknown" })',
    'Mutation.changeMemberRole': `changeMemberRole(input: { ${member}, role: MANAGER })`,
    'Mutation.removeMember': `removeMember(input: { ${member} })`,
    'Mutation.handOverOwnership': `handOverOwnership(input: { ${partnerId}, ${member} })`,
    'Mutation.proposeBankAccount': `proposeBankAccount(input: { ${partnerId}, ${account} })`,
    'Mutation.confirmBankAccount': `confirmBankAccount(input: { bankAccountId: "${it.account.id}" })`,
    'Mutation.withdrawBankAccount': `withdrawBankAccount(input: { bankAccountId: "${it.account.id}" })`,
    'Mutation.createVenue': `createVenue(input: { ${partnerId}, name: "X", ${place} })`,
    'Mutation.updateVenue': `updateVenue(input: { venueId: "${it.venue.id}", name: "X" })`,
    'Mutation.createLayout': `createLayout(input: { venueId: "${it.venue.id}", name: "X", document: ${literal} })`,
    'Mutation.importLayout': `importLayout(input: { venueId: "${it.venue.id}", name: "X", format: PRETIX_SEATING_PLAN, document: ${pretixPlan} })`,
    'Mutation.updateLayout': `updateLayout(input: { ${layoutId}, expectedVersion: 1, name: "X" })`,
    'Mutation.deleteLayout': `deleteLayout(input: { ${layoutId} })`,
    'Mutation.publishLayout': `publishLayout(input: { ${layoutId} })`,
    // Last, as they change what the others find.
    ...Object.fromEntries(decisions.map(decision)),
  }
}

test('lets each caller do what the committed matrix says, and nothing else', async () => {
  const it = await settled()
  const other = await company(database)
  await house(database, other.partner)
  const callers = {
    anonymous,
    user: testUser(),
    'other partner': other.owner,
    scanner: (await colleague(database, it.partner, 'SCANNER')).viewer,
    manager: (await colleague(database, it.partner, 'MANAGER')).viewer,
    owner: it.owner,
    ...staffOfEachRole(),
    ...(await callersWithoutRights(ctxOf(database, testAdmin()))),
    'owner without the group': { ...it.owner, groups: ['user'] },
  }
  const matrix = await accessMatrix(await partnerOn(database), callers, callsOn(it))
  await expect(matrix).toMatchFileSnapshot('access-matrix.md')
})

test('shows what is inside a partner by role, however it is reached', async () => {
  const { partner, owner } = await settled()
  const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Partner {
    name myRole status canSell members { edges { node { role } } } invitations { invitationId }
    application { legalName documents { fileName } } proposedBankAccount { lastFour }
  } } }`
  const variables = { refs: [{ __typename: 'Partner', id: partner.id }] }
  const seenBy = async (viewer: Parameters<typeof callAs>[1]) => {
    const { data, errors } = await callAs(await partnerOn(database), viewer, { query, variables })
    expect(errors).toBeUndefined()
    const [seen] = (data as { _entities: Record<string, unknown>[] })._entities
    return Object.keys(seen ?? {}).filter((field) => seen?.[field] !== null)
  }
  const scanner = (await colleague(database, partner, 'SCANNER')).viewer
  const manager = (await colleague(database, partner, 'MANAGER')).viewer
  expect(await seenBy(anonymous)).toEqual(['name'])
  expect(await seenBy(testUser({ groups: ['user', 'partner'] }))).toEqual(['name'])
  expect(await seenBy(scanner)).toEqual(['name', 'myRole', 'status', 'canSell', 'members'])
  expect(await seenBy(manager)).toEqual([
    'name',
    'myRole',
    'status',
    'canSell',
    'members',
    'invitations',
    'application',
  ])
  expect(await seenBy(owner)).toContain('application')
  expect(await seenBy(testAdmin())).not.toContain('myRole')
})

test('hides a partner that was never verified from everybody but its members and staff', async () => {
  const { partner, owner } = await company(database, { status: 'UNDER_REVIEW' })
  const query = `query ($refs: [_Any!]!) { partner(id: "${partner.id}") { name } _entities(representations: $refs) { ... on Partner { name } } }`
  const variables = { refs: [{ __typename: 'Partner', id: partner.id }] }
  const shown = { partner: { name: partner.name }, _entities: [{ name: partner.name }] }
  const subgraph = await partnerOn(database)
  for (const viewer of [owner, testAdmin()])
    expect((await callAs(subgraph, viewer, { query, variables })).data).toEqual(shown)
  for (const viewer of [anonymous, testUser()]) {
    expect((await callAs(subgraph, viewer, { query, variables })).data).toEqual({ partner: null, _entities: [null] })
  }
})

test("shows a user's memberships to the user and staff only", async () => {
  const { partner, owner } = await company(database)
  const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on User { partnerMemberships { edges { node { role partner { id } } } } } } }`
  const variables = { refs: [{ __typename: 'User', id: owner.userId }] }
  const subgraph = await partnerOn(database)
  for (const viewer of [owner, testAdmin()]) {
    expect((await callAs(subgraph, viewer, { query, variables })).data).toEqual({
      _entities: [{ partnerMemberships: { edges: [{ node: { role: 'OWNER', partner: { id: partner.id } } }] } }],
    })
  }
  for (const viewer of [anonymous, testUser()]) {
    const { data } = await callAs(subgraph, viewer, { query, variables })
    expect(data).toEqual({ _entities: [{ partnerMemberships: null }] })
  }
})
