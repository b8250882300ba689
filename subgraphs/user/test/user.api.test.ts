import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { userPreferences } from '../src/db/tables.ts'
import { useCognito } from './cognito.ts'
import { administrator, migrations, newEmail, person, today, userOn, validPassword } from './factories.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const world = { database, cognito }

/** The answer's data; fails on errors. */
async function dataOf<T>(viewer: Viewer, query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const { data, errors } = await callAs(await userOn(world), viewer, { query, variables })
  expect(errors).toBeUndefined()
  return data as T
}

async function codesOf(viewer: Viewer, query: string, variables: Record<string, unknown> = {}): Promise<unknown[]> {
  const { errors } = await callAs(await userOn(world), viewer, { query, variables })
  return (errors ?? []).map(({ extensions }) => extensions?.['code'])
}

const everything = /* GraphQL */ `
  fragment Everything on User {
    id name avatarUrl email phone locale timeZone status createdAt version
    preferences { language currency marketingConsent { isGiven textVersion givenAt } accessibilityNeeds favouriteCategories }
    addresses { id label lines city country isDefault }
    defaultAddress { id }
  }
`
const reference = `${everything} query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ...Everything } }`

test('leads a newcomer from registration to their own profile', async () => {
  const email = newEmail()
  const registered = await dataOf(
    anonymous,
    'mutation ($input: RegisterInput!) { register(input: $input) { __typename ... on Registration { userId email isConfirmed } } }',
    { input: { email, password: validPassword, name: 'Ada', locale: 'id', timeZone: 'Asia/Jakarta' } },
  )
  expect(registered).toMatchObject({ register: { __typename: 'Registration', email, isConfirmed: false } })
  const confirm =
    'mutation ($input: ConfirmRegistrationInput!) { confirmRegistration(input: $input) { __typename ... on Refusal { code message } } }'
  const wrong = await dataOf(anonymous, confirm, { input: { email, code: 'wrong' } })
  expect(wrong).toMatchObject({
    confirmRegistration: { __typename: 'ConfirmationCodeRefused', code: 'CONFIRMATION_CODE_REFUSED' },
  })
  const right = await dataOf(anonymous, confirm, { input: { email, code: cognito.codeFor(email) } })
  expect(right).toEqual({ confirmRegistration: { __typename: 'RegistrationConfirmed' } })
  const { signIn } = await dataOf<{ signIn: { userId: string; expiresAt: string } }>(
    anonymous,
    'mutation ($input: SignInInput!) { signIn(input: $input) { ... on Session { userId accessToken idToken refreshToken expiresAt } } }',
    { input: { email, password: validPassword } },
  )
  expect(signIn).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) })
  expect(new Date(signIn.expiresAt).getTime()).toBeGreaterThan(Date.now())
  const viewer = testUser({ userId: signIn.userId, email: null })
  const { me } = await dataOf<{ me: object }>(viewer, `${everything} { me { ...Everything } }`)
  expect(me).toMatchObject({ name: 'Ada', email, locale: 'id', timeZone: 'Asia/Jakarta', status: 'ACTIVE', version: 1 })
})

test.each([
  ['EmailTaken', async () => ({ email: await taken(), password: validPassword })],
  ['PasswordTooWeak', async () => ({ email: newEmail(), password: 'weak' })],
])('answers a refused registration with the union member %s', async (typename, makeInput) => {
  const query =
    'mutation ($input: RegisterInput!) { register(input: $input) { __typename ... on Refusal { code message } ... on PasswordTooWeak { problems } } }'
  const { register } = await dataOf<{ register: object }>(anonymous, query, { input: await makeInput() })
  expect(register).toMatchObject({ __typename: typename, code: expect.any(String), message: expect.any(String) })
})

async function taken(): Promise<string> {
  const email = newEmail()
  await cognito.identity.signUp({ email, password: validPassword, name: null, locale: null, timeZone: null })
  await cognito.identity.confirmSignUp(email, cognito.codeFor(email))
  return email
}

test('shows a change of profile, preferences and addresses at once', async () => {
  const { viewer } = await person(world)
  const changed = await dataOf(
    viewer,
    `mutation {
      updateProfile(input: { name: "Bea", avatarUrl: "https://example.org/b.png", phone: "+6281234567890" }) { ... on User { name avatarUrl phone version } }
      updatePreferences(input: { currency: "IDR", accessibilityNeeds: [CAPTIONS], favouriteCategories: [DANCE], marketingConsent: { isGiven: true, textVersion: "1" } }) {
        ... on User { version preferences { currency accessibilityNeeds favouriteCategories marketingConsent { isGiven textVersion givenAt } } }
      }
      one: addAddress(input: { lines: ["Jl. Kemang 1"], city: "Jakarta", country: "ID" }) { ... on Address { isDefault } }
      two: addAddress(input: { lines: ["Jl. Kemang 2"], city: "Jakarta", country: "ID", isDefault: true }) { ... on Address { isDefault } }
    }`,
  )
  expect(changed).toEqual({
    updateProfile: { name: 'Bea', avatarUrl: 'https://example.org/b.png', phone: '+6281234567890', version: 2 },
    updatePreferences: {
      version: 3,
      preferences: {
        currency: 'IDR',
        accessibilityNeeds: ['CAPTIONS'],
        favouriteCategories: ['DANCE'],
        marketingConsent: { isGiven: true, textVersion: '1', givenAt: today.toISOString() },
      },
    },
    one: { isDefault: true },
    two: { isDefault: true },
  })
  type Addresses = { addresses: { id: string; lines: string[]; isDefault: boolean }[] }
  const { me } = await dataOf<{ me: Addresses }>(viewer, '{ me { addresses { id lines isDefault } } }')
  expect(me.addresses).toMatchObject([{ isDefault: false }, { lines: ['Jl. Kemang 2'], isDefault: true }])
  const id = me.addresses[1]?.id
  const remove =
    'mutation ($input: RemoveAddressInput!) { removeAddress(input: $input) { ... on Deletion { deletedId } ... on Refusal { code } } }'
  expect(await dataOf(viewer, remove, { input: { id } })).toEqual({ removeAddress: { deletedId: id } })
  expect(await dataOf(viewer, remove, { input: { id } })).toEqual({ removeAddress: { code: 'NOT_FOUND' } })
  const left = await dataOf<{ me: Addresses }>(viewer, '{ me { addresses { id isDefault } } }')
  expect(left.me.addresses).toEqual([{ id: me.addresses[0]?.id, isDefault: true }])
})

test('shows favourite categories that were stored before they were an enum', async () => {
  const { viewer, row } = await person(world)
  await database.db
    .update(userPreferences)
    .set({ favouriteCategories: ['theatre', 'stand-up'] })
    .where(eq(userPreferences.userId, row.id))
  const me = await dataOf(viewer, '{ me { preferences { favouriteCategories } } }')
  expect(me).toEqual({ me: { preferences: { favouriteCategories: ['THEATRE'] } } })
})

test('says that the address of a repeated request was removed in the meantime', async () => {
  const { viewer } = await person(world)
  const add = `mutation { addAddress(input: { lines: ["1"], city: "Delft", country: "NL", idempotencyKey: "a" }) {
    ... on Address { id } ... on Refusal { code } } }`
  const { addAddress } = await dataOf<{ addAddress: { id: string } }>(viewer, add)
  await dataOf(viewer, `mutation { removeAddress(input: { id: "${addAddress.id}" }) { __typename } }`)
  expect(await dataOf(viewer, add)).toEqual({ addAddress: { code: 'NOT_FOUND' } })
})

test('shows everything of a person to themselves and to staff, name and picture to others, nothing to strangers', async () => {
  const [ada, bob, staff] = [await person(world), await person(world), await administrator(world)]
  const own = await dataOf<{ _entities: object[] }>(ada.viewer, reference, { id: ada.row.id })
  expect(own._entities[0]).toMatchObject({ name: 'Ada', email: ada.row.email, addresses: [], status: 'ACTIVE' })
  expect(await dataOf(staff.viewer, reference, { id: ada.row.id })).toEqual(own)
  const seen = await dataOf<{ _entities: object[] }>(bob.viewer, reference, { id: ada.row.id })
  const { id, name, avatarUrl, ...hidden } = seen._entities[0] as Record<string, unknown>
  expect({ id, name, avatarUrl }).toEqual({ id: ada.row.id, name: 'Ada', avatarUrl: null })
  expect(Object.values(hidden).every((value) => value === null)).toBe(true)
  expect(await dataOf(anonymous, reference, { id: ada.row.id })).toEqual({ _entities: [null] })
})

test('gives a suspended person nothing, whatever they ask for and however it is reached', async () => {
  const [ada, fallen, staff] = [await person(world), await administrator(world), await administrator(world)]
  const suspend = 'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { ... on User { id status } } }'
  for (const { row } of [ada, fallen]) {
    const answer = await dataOf(staff.viewer, suspend, { input: { userId: row.id, reason: 'Fraud' } })
    expect(answer).toEqual({ suspendUser: { id: row.id, status: 'SUSPENDED' } })
  }
  expect(await codesOf(ada.viewer, '{ me { id } }')).toEqual(['USER_SUSPENDED'])
  expect(await codesOf(ada.viewer, 'mutation { updateProfile(input: { name: "Eve" }) { __typename } }')).toEqual([
    'USER_SUSPENDED',
  ])
  expect(await codesOf(fallen.viewer, '{ users { edges { node { id } } } }')).toEqual(['USER_SUSPENDED'])
  for (const { viewer } of [ada, fallen]) {
    expect(await codesOf(viewer, reference, { id: ada.row.id })).toEqual(['USER_SUSPENDED'])
  }
})

test('lets staff find people, and nobody else', async () => {
  const [ada, staff] = [await person(world, { name: 'Wilhelmina' }), await administrator(world)]
  const query = `query ($id: ID!) {
    user(id: $id) { name email }
    users(filter: { search: "wilhelm" }, first: 1) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }
  }`
  const found = await dataOf<{ users: { edges: { node: object }[] } }>(staff.viewer, query, { id: ada.row.id })
  expect(found).toMatchObject({ user: { name: 'Wilhelmina', email: ada.row.email } })
  expect(found.users.edges.map(({ node }) => node)).toEqual([{ id: ada.row.id }])
  expect(await codesOf(ada.viewer, query, { id: ada.row.id })).toEqual(['FORBIDDEN', 'FORBIDDEN'])
  expect(await codesOf(anonymous, query, { id: ada.row.id })).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED'])
})

test.each([
  '{ me { id } }',
  'mutation { updateProfile(input: { name: "Eve" }) { __typename } }',
  'mutation { updatePreferences(input: { currency: "EUR" }) { __typename } }',
  'mutation { addAddress(input: { lines: ["1"], city: "A", country: "ID" }) { __typename } }',
  'mutation { updateAddress(input: { id: "adr_1", city: "B" }) { __typename } }',
  'mutation { removeAddress(input: { id: "adr_1" }) { __typename } }',
  'mutation { setDefaultAddress(input: { id: "adr_1" }) { __typename } }',
  'mutation { changePassword(input: { currentPassword: "a", newPassword: "b" }) { __typename } }',
  'mutation { suspendUser(input: { userId: "usr_1", reason: "why" }) { __typename } }',
  'mutation { reactivateUser(input: { userId: "usr_1", reason: "why" }) { __typename } }',
])('refuses whoever is not signed in: %s', async (query) => {
  expect(await codesOf(anonymous, query)).toContain('UNAUTHENTICATED')
})

test.each(['suspendUser', 'reactivateUser'])('refuses %s to whoever is not staff', async (field) => {
  const { viewer, row } = await person(world)
  const query = `mutation { ${field}(input: { userId: "${row.id}", reason: "why" }) { ... on Refusal { code } } }`
  expect(await codesOf(viewer, query)).toEqual(['FORBIDDEN'])
})
