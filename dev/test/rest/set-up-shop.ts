import { receiveCode } from '../../src/demo/read-mail.ts'
import { samplePdf } from '../../src/demo/sample-pdf.ts'
import { studioLayout } from '../../src/demo/studio-layout.ts'
import { waitFor } from '../../src/demo/wait-for.ts'
import { demoAccounts, demoPassword } from '../../src/embedded/accounts.ts'
import { bodyOf, type RestClient, restClient } from './rest-client.ts'

/** Where the platform is. */
export interface RestPlatform {
  baseUrl: string
  mailboxUrl: string
  /** Part of all names. */
  unique: string
}

/** A signed-in person. */
export interface Person {
  rest: RestClient
  userId: string
  token: () => string
  /** Gets new tokens, with the current groups. */
  refresh: () => Promise<readonly string[]>
}

const password = 'Tikitu-story-1'

/** Registers over REST, with the code from the mail. */
export async function registerOverRest({ baseUrl, mailboxUrl, unique }: RestPlatform, role: string): Promise<Person> {
  const guest = restClient(baseUrl)
  const email = `${role}-${unique}@tikitu.example`
  bodyOf(await guest.POST('/api/v1/user/register', { body: { email, password, name: role, locale: 'en' } }))
  const code = await receiveCode(mailboxUrl, email)
  bodyOf(await guest.POST('/api/v1/user/register/confirm', { body: { email, code, password } }))
  return await signInOverRest(baseUrl, email, password)
}

/** Signs in over REST. */
export async function signInOverRest(baseUrl: string, email: string, secret: string): Promise<Person> {
  const guest = restClient(baseUrl)
  let session = bodyOf(await guest.POST('/api/v1/user/sign-in', { body: { email, password: secret } }))
  const refresh = async (): Promise<readonly string[]> => {
    const { refreshToken } = session
    session = bodyOf(await guest.POST('/api/v1/user/refresh-session', { body: { refreshToken } }))
    const claims = JSON.parse(Buffer.from(session.accessToken.split('.')[1] ?? '', 'base64url').toString())
    return claims['cognito:groups'] ?? []
  }
  const token = () => session.accessToken
  return { rest: restClient(baseUrl, token), userId: session.userId, token, refresh }
}

/** A partner that sells, and its performance whose doors are open. */
export interface Shop {
  admin: Person
  partner: Person
  partnerId: string
  performanceId: string
}

/** Over REST alone: a partner applies and is verified, creates a venue with a layout, and puts an event on sale. */
export async function setUpShop(platform: RestPlatform): Promise<Shop> {
  const partner = await registerOverRest(platform, 'partner')
  const admin = await signInOverRest(platform.baseUrl, demoAccounts[0].email, demoPassword)
  const partnerId = await becomePartner(platform, { partner, admin })
  const layoutId = await createLayout(partner, partnerId)
  const performanceId = await putOnSale(platform, partner, { partnerId, layoutId })
  return { admin, partner, partnerId, performanceId }
}

async function becomePartner({ unique }: RestPlatform, { partner, admin }: { partner: Person; admin: Person }) {
  const body = {
    name: `Studio ${unique}`,
    legalName: `Studio ${unique} GmbH`,
    registrationNumber: `FN ${unique}`,
    country: 'AT',
    addressLines: ['Gumpendorfer Straße 12', '1060 Wien'],
    contactEmail: `partner-${unique}@tikitu.example`,
  }
  const { id: partnerId } = bodyOf(await partner.rest.POST('/api/v1/partner/partners', { body }))
  const params = { path: { partnerId } }
  const documentIds: string[] = []
  for (const kind of ['BUSINESS_REGISTRATION', 'IDENTITY'] as const) {
    const upload = bodyOf(await partner.rest.POST('/api/v1/partner/partners/{partnerId}/document-uploads', { params }))
    const sent = await fetch(upload.url, { method: 'POST', body: samplePdf(kind) })
    if (!sent.ok) throw new Error(`the upload was refused: ${sent.status} ${await sent.text()}`)
    const file = { kind, fileName: `${kind}.pdf`, uploadId: upload.id }
    const uploaded = await partner.rest.POST('/api/v1/partner/partners/{partnerId}/documents', { params, body: file })
    documentIds.push(bodyOf(uploaded).id)
  }
  bodyOf(await partner.rest.POST('/api/v1/partner/partners/{partnerId}/submit', { params }))
  bodyOf(await admin.rest.POST('/api/v1/partner/partners/{partnerId}/start-review', { params, body: {} }))
  for (const documentId of documentIds) {
    const at = { params: { path: { documentId } }, body: {} }
    bodyOf(await admin.rest.POST('/api/v1/partner/documents/{documentId}/approve', at))
  }
  bodyOf(await admin.rest.POST('/api/v1/partner/partners/{partnerId}/approve', { params, body: {} }))
  await waitFor('the token has the group', async () => (await partner.refresh()).includes('partner'))
  return partnerId
}

async function createLayout({ rest }: Person, partnerId: string): Promise<string> {
  const venue = {
    partnerId,
    name: 'Studio Bühne',
    addressLines: ['Gumpendorfer Straße 12'],
    city: 'Vienna',
    country: 'AT',
    timeZone: 'Europe/Vienna',
    capacity: 60,
  }
  const { id: venueId } = bodyOf(await rest.POST('/api/v1/partner/venues', { body: venue }))
  const made = await rest.POST('/api/v1/partner/venues/{venueId}/layouts', {
    params: { path: { venueId } },
    body: { name: 'Stalls', document: studioLayout() as never },
  })
  const { id: layoutId } = bodyOf(made)
  const params = { path: { layoutId } }
  bodyOf(await rest.POST('/api/v1/partner/layouts/{layoutId}/publish', { params, body: {} }))
  return layoutId
}

async function putOnSale(
  { unique }: RestPlatform,
  { rest }: Person,
  { partnerId, layoutId }: { partnerId: string; layoutId: string },
): Promise<string> {
  const event = {
    partnerId,
    title: `Woyzeck ${unique}`,
    category: 'THEATRE',
    description: 'Büchner’s fragment.',
  } as const
  const { id: eventId } = await whenKnown(() => rest.POST('/api/v1/booking/events', { body: event }))
  const params = { path: { eventId } }
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
  const terms = {
    layoutId,
    startsAt: inHours(3),
    doorsAt: inHours(-0.5),
    endsAt: inHours(5),
    salesStartAt: inHours(-1),
    currency: 'EUR',
    tiers: [{ zone: 'Stalls', name: 'Adult', priceMinor: 2_900 }],
    cancellation: { deadlineHours: 1, feePerTicketMinor: 200 },
  }
  const path = '/api/v1/booking/events/{eventId}/performances'
  const { id: performanceId } = await whenKnown(() => rest.POST(path, { params, body: terms }))
  await whenKnown(() => rest.POST('/api/v1/booking/events/{eventId}/publish', { params, body: {} }))
  return performanceId
}

/** Retries until the booking service has received the events of the partner service. */
async function whenKnown<T>(send: () => Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  return await waitFor('the booking service knows the partner', async () => {
    const answer = await send()
    const code = (answer.error as { code?: string } | undefined)?.code ?? ''
    return ['NOT_FOUND', 'FORBIDDEN', 'PARTNER_MAY_NOT_SELL'].includes(code) ? null : bodyOf(answer)
  })
}
