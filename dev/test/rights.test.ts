import { randomUUID } from 'node:crypto'
import { uuidFromId } from '@tikitu/kit/base/ids'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoUserPassword } from '../src/demo/demo-context.ts'
import { register } from '../src/demo/register.ts'
import { applyAsPartner } from '../src/demo/verify-partner.ts'
import { waitFor } from '../src/demo/wait-for.ts'
import { demoAccounts, demoPassword } from '../src/embedded/accounts.ts'
import type { Stack } from '../src/stack/start-stack.ts'
import { demoContextOf, startPlatform } from './test-platform.ts'

/** Maximum time until revoked rights have ended in every service. */
const statedMs = 2_000

let stack: Stack
let end: () => Promise<void>
let chief: Session
let documentId: string

interface Session {
  userId: string
  email: string
  accessToken: string
  refreshToken: string
  run: (query: string) => Promise<{ status: number; code: string | null; data: Record<string, never> | null }>
}

beforeAll(async () => {
  ;({ stack, end } = await startPlatform())
  chief = await signIn(demoAccounts[0].email, demoPassword)
  const applicant = await register(demoContextOf(stack, 'rights'), 'applicant', 'Pia Impresario')
  const { documentIds } = await applyAsPartner(applicant, {
    name: 'Studio Rights',
    legalName: 'Studio Rights GmbH',
    registrationNumber: 'FN 1',
    country: 'AT',
    addressLines: ['Gumpendorfer Straße 12'],
    contactEmail: applicant.email,
  })
  documentId = documentIds[0] ?? ''
}, 300_000)

afterAll(async () => {
  await end?.()
}, 60_000)

async function ask(query: string, accessToken?: string) {
  const response = await fetch(stack.graphUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
    body: JSON.stringify({ query }),
  })
  const { data = null, errors } = (await response.json()) as {
    data?: Record<string, never> | null
    errors?: { extensions: { code: string } }[]
  }
  const [result] = Object.values<{ code?: string } | null>(data ?? {})
  return { status: response.status, code: errors?.[0]?.extensions.code ?? result?.code ?? null, data }
}

/** The selection on every result union. */
const outcome = '__typename ... on Refusal { code }'

async function signIn(email: string, password = demoUserPassword): Promise<Session> {
  const signedIn = await ask(`mutation { signIn(input: { email: "${email}", password: "${password}" }) {
    __typename ... on Session { userId accessToken refreshToken } ... on Refusal { code } } }`)
  const session = (signedIn.data as unknown as { signIn: Session })?.signIn
  if (!session?.accessToken) throw new Error(`cannot sign in: ${JSON.stringify(signedIn)}`)
  return { ...session, email, run: (query) => ask(query, session.accessToken) }
}

/** Registers a user without staff rights. */
async function fan(name: string): Promise<Session> {
  const { email } = await register(demoContextOf(stack, `${name}-${randomUUID().slice(0, 8)}`), 'fan', 'Finn Fan')
  return await signIn(email)
}

/** Adds a new member of staff and signs in with the group in the token. */
async function member(role: string): Promise<Session & { memberId: string }> {
  const { email, userId } = await fan(role.toLowerCase())
  // Admin knows the user as soon as the event of the registration has reached it.
  const memberId = await waitFor('the user is on the staff', async () => {
    const { data } = await chief.run(
      `mutation { addAdminUser(input: { userId: "${userId}", role: ${role} }) { ... on AdminUser { id } ${outcome} } }`,
    )
    return (data as { addAdminUser: { id?: string } } | null)?.addAdminUser.id
  })
  const session = await waitFor('the token carries the group', async () => {
    const session = await signIn(email)
    const { data } = await session.run('{ me { staffMember { role } } }')
    return (data as { me?: { staffMember?: object } } | null)?.me?.staffMember ? session : null
  })
  return { ...session, memberId }
}

/** Operations of staff in every service. */
const staffOperations = () => ({
  bookings: '{ bookings(filter: {}) { edges { cursor } } }',
  transactions: '{ transactions { edges { cursor } } }',
  refunds: '{ refunds { edges { cursor } } }',
  ledgerBalances: '{ ledgerBalances { __typename } }',
  partners: '{ partners { edges { node { id application { __typename } } } } }',
  partnerDocumentFile: `{ partnerDocumentFile(documentId: "${documentId}") { url } }`,
  users: '{ users { edges { node { email phone } } } }',
  notifications: '{ notifications { edges { cursor } } }',
  suppressedAddresses: '{ suppressedAddresses { edges { cursor } } }',
  notificationTemplates: '{ notificationTemplates { __typename } }',
  adminUsers: '{ adminUsers { edges { cursor } } }',
  auditLog: '{ auditLog { edges { cursor } } }',
  updateNotificationTemplate: `mutation { updateNotificationTemplate(input: { kind: TICKETS_ISSUED, channel: EMAIL, locale: "en", expectedVersion: 0, title: "x", body: "x" }) { ${outcome} } }`,
  sendNotification: `mutation { sendNotification(input: { userIds: ["${chief.userId}"], texts: [{ locale: "en", title: "x", body: "x" }], category: ANNOUNCEMENTS, channels: [IN_APP] }) { ${outcome} } }`,
  suspendUser: `mutation { suspendUser(input: { userId: "${chief.userId}", reason: "It is mine now" }) { ${outcome} } }`,
  restrictPartner: `mutation { restrictPartner(input: { partnerId: "ptr_1", reason: "Because of fraud" }) { ${outcome} } }`,
  approveRefund: `mutation { approveRefund(input: { refundId: "ref_1" }) { ${outcome} } }`,
  setConfig: `mutation { setConfig(input: { key: "payment.commissionBasisPoints", value: 1, expectedVersion: 0 }) { ${outcome} } }`,
})

const fanOperations = {
  me: '{ me { id } }',
  events: '{ events { edges { cursor } } }',
  payments: '{ me { payments { edges { cursor } } } }',
  devices: '{ me { devices { id } } }',
  registerDevice: `mutation { registerDevice(input: { platform: FCM, token: "t" }) { ${outcome} } }`,
  markInboxSeen: `mutation { markInboxSeen(input: {}) { ${outcome} } }`,
  holdSeats: `mutation { holdSeats(input: { performanceId: "prf_1", seats: [{ seatNumber: 1, tierId: "tir_1" }] }) { ${outcome} } }`,
  applyAsPartner: `mutation { uploadPartnerDocument(input: { partnerId: "ptr_1", kind: OTHER, fileName: "x", uploadId: "upl_1" }) { ${outcome} } }`,
}

/** The error or refusal code of each operation; null for success. */
async function codesOf(session: Session, operations: Record<string, string>) {
  const answers = await Promise.all(Object.values(operations).map((query) => session.run(query)))
  return Object.fromEntries(Object.keys(operations).map((name, index) => [name, answers[index]?.code ?? null]))
}

const eachIs = (operations: object, code: string) =>
  Object.fromEntries(Object.keys(operations).map((name) => [name, code]))

async function within(ms: number, act: () => Promise<void>): Promise<void> {
  await act()
  await new Promise((resolve) => setTimeout(resolve, ms))
}

test('each role allows exactly its operations in every service, and the group alone none', async () => {
  const [support, finance, compliance] = [await member('SUPPORT'), await member('FINANCE'), await member('COMPLIANCE')]
  const { restrictPartner, approveRefund, partnerDocumentFile, updateNotificationTemplate, ...others } =
    staffOperations()
  const roleBound = { restrictPartner, approveRefund, updateNotificationTemplate, setConfig: others.setConfig }
  expect(await codesOf(support, roleBound)).toEqual(eachIs(roleBound, 'FORBIDDEN'))
  expect(await codesOf(finance, roleBound)).toEqual({ ...eachIs(roleBound, 'FORBIDDEN'), approveRefund: 'NOT_FOUND' })
  expect(await codesOf(compliance, roleBound)).toEqual({
    ...eachIs(roleBound, 'FORBIDDEN'),
    restrictPartner: 'NOT_FOUND',
  })
  for (const [session, sees] of [
    [support, false],
    [finance, false],
    [compliance, true],
  ] as const) {
    const { data } = await session.run(partnerDocumentFile)
    expect(data?.['partnerDocumentFile'] !== null).toBe(sees)
  }
  expect(await codesOf(support, { ledger: others.ledgerBalances, chief: others.suspendUser })).toEqual({
    ledger: 'FORBIDDEN',
    chief: 'FORBIDDEN',
  })
  const suspendFinance = `mutation { suspendUser(input: { userId: "${finance.userId}", reason: "Fraud, as proven" }) { ${outcome} } }`
  expect((await support.run(suspendFinance)).code).toBe('FORBIDDEN')
  const outsider = await fan('outsider')
  await cognito('AdminAddUserToGroup', outsider.userId, { GroupName: 'admin' })
  const inGroup = await signIn(outsider.email)
  const { partnerDocumentFile: _file, ...guarded } = staffOperations()
  expect(await codesOf(inGroup, guarded)).toEqual(eachIs(guarded, 'FORBIDDEN'))
}, 240_000)

test('nobody can suspend the last superadmin, and only superadmins can suspend staff', async () => {
  const second = await member('SUPERADMIN')
  const suspend = (userId: string) =>
    `mutation { suspendUser(input: { userId: "${userId}", reason: "Fraud, as proven" }) { ${outcome} } }`
  await within(statedMs, async () => expect((await chief.run(suspend(second.userId))).code).toBeNull())
  expect((await second.run(suspend(chief.userId))).code).toBe('USER_SUSPENDED')
  expect((await chief.run(suspend(chief.userId))).code).toBe('INVALID_STATE')
}, 240_000)

test('suspended and dismissed staff lose their rights in every service within the stated time', async () => {
  const [suspended, dismissed] = [await member('SUPERADMIN'), await member('SUPERADMIN')]
  const operations = staffOperations()
  expect((await suspended.run(operations.users)).code).toBeNull()
  await within(statedMs, async () => {
    const suspend = `mutation { suspendUser(input: { userId: "${suspended.userId}", reason: "Fraud, as proven" }) { ${outcome} } }`
    expect((await chief.run(suspend)).code).toBeNull()
    const remove = `mutation { removeAdminUser(input: { id: "${dismissed.memberId}" }) { ${outcome} } }`
    expect((await chief.run(remove)).code).toBeNull()
  })
  expect(await codesOf(suspended, operations)).toEqual(eachIs(operations, 'USER_SUSPENDED'))
  const { partnerDocumentFile, ...guarded } = operations
  expect(await codesOf(dismissed, guarded)).toEqual(eachIs(guarded, 'FORBIDDEN'))
  expect((await dismissed.run(partnerDocumentFile)).data).toEqual({ partnerDocumentFile: null })
  expect((await dismissed.run('{ me { id } }')).code).toBeNull()
}, 240_000)

test('a suspended fan loses access to every service within the stated time, and regains it afterwards', async () => {
  const person = await fan('suspended')
  expect((await person.run('{ me { id } }')).code).toBeNull()
  const suspend = `mutation { suspendUser(input: { userId: "${person.userId}", reason: "Fraud, as proven" }) { ${outcome} } }`
  await within(statedMs, async () => expect((await chief.run(suspend)).code).toBeNull())
  expect(await codesOf(person, fanOperations)).toEqual(eachIs(fanOperations, 'USER_SUSPENDED'))
  await within(statedMs, async () => void (await chief.run(suspend.replace('suspendUser', 'reactivateUser'))))
  expect((await person.run('{ me { id } }')).code).toBeNull()
}, 120_000)

test('a token of an account deleted in Cognito is valid for a minute at most', async () => {
  const person = await fan('deleted')
  expect((await person.run('{ me { id } }')).code).toBeNull()
  await cognito('AdminDeleteUser', person.userId)
  await waitFor('the token is refused', async () => {
    return (await person.run(fanOperations.payments)).status === 401
  })
  expect(await codesOf(person, fanOperations)).toEqual(eachIs(fanOperations, 'UNAUTHENTICATED'))
}, 120_000)

/** Has an administrator of the pool do something to an account. */
async function cognito(action: string, userId: string, input: object = {}): Promise<void> {
  const env = stack.environment('user')
  const response = await fetch(env['AWS_COGNITO_ENDPOINT'] ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${action}`,
    },
    body: JSON.stringify({ UserPoolId: env['AWS_COGNITO_USER_POOL_ID'], Username: uuidFromId(userId), ...input }),
  })
  if (!response.ok) throw new Error(`${action}: ${await response.text()}`)
}
