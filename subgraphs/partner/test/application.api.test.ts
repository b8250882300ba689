import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { fetchFile } from '@tikitu/storage/testing/fetch-file'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { partnerMembers } from '../src/db/tables/partners.ts'
import { ctxOf, migrations, partnerOn, plan, scan, testAdmin, uploaded } from './factories.ts'

const database = useDatabase(migrations)

const application = {
  name: 'Globe Theatre',
  legalName: 'Globe Theatre Ltd',
  registrationNumber: '1599',
  country: 'GB',
  addressLines: ['21 New Globe Walk', 'London'],
  contactEmail: 'office@globe.example',
  website: 'https://globe.example/',
}

/** Runs an operation that must not fail, and returns its one field. */
async function run(viewer: Viewer, query: string, input?: unknown): Promise<Record<string, never>> {
  const { data, errors } = await callAs(await partnerOn(database), viewer, { query, variables: { input } })
  expect(errors).toBeUndefined()
  return Object.values(data ?? {})[0] as Record<string, never>
}

function mutation(name: string, selection: string): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  return `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Refusal { code message } ${selection} } }`
}

test('takes an applicant from the first form to a published layout', async () => {
  const ada = testUser()
  const staff = testAdmin()
  const { id } = await run(
    ada,
    mutation('applyAsPartner', '... on Partner { id status canSell myRole application { missingDocuments } }'),
    application,
  )
  const submit = mutation('submitPartnerApplication', '... on DocumentsMissing { kinds } ... on Partner { status }')
  expect(await run(ada, submit, { partnerId: id })).toMatchObject({
    code: 'DOCUMENTS_MISSING',
    kinds: ['BUSINESS_REGISTRATION', 'IDENTITY'],
  })
  const upload = mutation('uploadPartnerDocument', '... on PartnerDocument { id status contentType }')
  const documents = []
  for (const kind of ['BUSINESS_REGISTRATION', 'IDENTITY']) {
    const uploadId = await uploaded(ctxOf(database, ada), id ?? '')
    documents.push(await run(ada, upload, { partnerId: id, kind, fileName: 'scan.pdf', uploadId }))
  }
  expect(documents).toMatchObject([{ status: 'UPLOADED', contentType: 'application/pdf' }, {}])
  expect(await run(ada, submit, { partnerId: id })).toMatchObject({ status: 'SUBMITTED' })

  const start = mutation('startPartnerReview', '... on Partner { status application { documents { id status } } }')
  expect(await run(staff, start, { partnerId: id })).toMatchObject({
    status: 'UNDER_REVIEW',
    application: { documents: [{ status: 'PENDING_REVIEW' }, {}] },
  })
  const file = `query { partnerDocumentFile(documentId: "${documents[0]?.['id']}") { url fileName } }`
  for (const reader of [staff, ada]) {
    const { url, fileName } = (await run(reader, file)) as unknown as { url: string; fileName: string }
    expect(fileName).toBe('scan.pdf')
    expect((await fetchFile((await partnerOn(database)).handle, url)).content).toEqual(scan())
  }
  expect(await run(testUser(), file)).toBeNull()
  const approve = mutation(
    'approvePartner',
    '... on Partner { status canSell canReceivePayouts } ... on DocumentsUnreviewed { documentIds }',
  )
  expect(await run(staff, approve, { partnerId: id })).toMatchObject({
    code: 'DOCUMENTS_UNREVIEWED',
    documentIds: documents.map((document) => document['id']),
  })
  const accept = mutation('approvePartnerDocument', '... on PartnerDocument { status validUntil }')
  for (const document of documents) {
    expect(await run(staff, accept, { documentId: document['id'], validUntil: '2029-01-31' })).toMatchObject({
      status: 'APPROVED',
      validUntil: '2029-01-31',
    })
  }
  expect(await run(staff, approve, { partnerId: id })).toEqual({
    __typename: 'Partner',
    status: 'VERIFIED',
    canSell: true,
    canReceivePayouts: false,
  })

  const partnerAda = { ...ada, groups: ['user', 'partner'] }
  const venue = await run(
    partnerAda,
    mutation(
      'createVenue',
      '... on Venue { id name location { latitude } images { url alt } accessibilityFeatures partner { name } }',
    ),
    {
      partnerId: id,
      name: 'The Globe',
      addressLines: ['21 New Globe Walk'],
      city: 'London',
      country: 'GB',
      timeZone: 'Europe/London',
      capacity: 857,
      location: { latitude: 51.508, longitude: -0.097 },
      accessibilityFeatures: ['STEP_FREE_ACCESS'],
      images: [{ url: 'https://globe.example/stage.jpg', alt: 'The stage' }],
    },
  )
  expect(venue).toMatchObject({
    location: { latitude: 51.508 },
    images: [{ url: 'https://globe.example/stage.jpg', alt: 'The stage' }],
    accessibilityFeatures: ['STEP_FREE_ACCESS'],
    partner: { name: 'Globe Theatre' },
  })
  const layout = await run(
    partnerAda,
    mutation(
      'createLayout',
      '... on Layout { id version status capacity problems { path } } ... on LayoutInvalid { problems { path message } }',
    ),
    { venueId: venue['id'], name: 'Standard', document: plan() },
  )
  expect(layout).toMatchObject({ status: 'DRAFT', capacity: 8, problems: [] })
  const published = await run(partnerAda, mutation('publishLayout', '... on Layout { number status document }'), {
    layoutId: layout['id'],
    expectedVersion: 1,
  })
  expect(published).toMatchObject({ number: 1, status: 'PUBLISHED', document: plan() })

  const seen = await run(
    anonymous,
    `{ venue(id: "${venue['id']}") { name partner { name status members { edges { cursor } } application { legalName } } layouts { edges { node { number } } } } }`,
  )
  expect(seen).toEqual({
    name: 'The Globe',
    partner: { name: 'Globe Theatre', status: null, members: null, application: null },
    layouts: { edges: [{ node: { number: 1 } }] },
  })
})

test('returns no earlier application to an applicant who has left the partner', async () => {
  const ada = testUser()
  const apply = mutation('applyAsPartner', '... on Partner { id }')
  const input = { ...application, idempotencyKey: 'once' }
  const { id } = await run(ada, apply, input)
  expect(await run(ada, apply, input)).toMatchObject({ id })
  await database.db.delete(partnerMembers).where(eq(partnerMembers.userId, ada.userId))
  expect(await run(ada, apply, input)).toMatchObject({ code: 'NOT_FOUND' })
})
