import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { generateServiceKeys, localKeys } from '@tikitu/kit/auth/signing-keys'
import type { UserViewer, Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { createLog } from '@tikitu/kit/base/log'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { testRequestKey } from '@tikitu/kit/testing/graphql/subgraph'
import type { LayoutDocument } from '@tikitu/schema/layout'
import { createFileUrls } from '@tikitu/storage/file-urls'
import { openFileStore } from '@tikitu/storage/open-store'
import { type Ctx, createCtx } from '../src/context.ts'
import { type PartnerMemberRow, type PartnerRow, partnerMembers, partners } from '../src/db/tables/partners.ts'
import { type VenueRow, venues } from '../src/db/tables/venues.ts'
import { createDocumentUpload, receiveUpload } from '../src/domain/documents/document-uploads.ts'
import { type UploadPartnerDocumentInput, uploadPartnerDocument } from '../src/domain/documents/upload-document.ts'
import type { PartnerRole } from '../src/domain/members/roles.ts'
import { wordsOfPartner, wordsOfVenue } from '../src/domain/partners/search-index.ts'
import { createPartner } from '../src/server.ts'

/** The folder of partner's migrations. */
export const migrations = fileURLToPath(new URL('../src/db/migrations', import.meta.url))

/** The default time of the tests. */
export const today = new Date('2027-03-01T10:00:00Z')

/** When the members of the factories joined: long enough ago for every right. */
export const longAgo = new Date('2026-11-01T10:00:00Z')

export const keys = await generateServiceKeys('partner')
const silent = createLog('partner', 'silent')
const folder = mkdtempSync(join(tmpdir(), 'tikitu-partner-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** URLs and a store of documents, for all tests. */
export const files = {
  fileUrls: createFileUrls({ baseUrl: 'https://api.example', keys: [testRequestKey()] }),
  store: openFileStore({ folder, bucket: null }),
}

/** A context of that viewer at that time. */
export function ctxOf(database: TestDatabase, viewer: Viewer = testUser(), now: Date = today): Ctx {
  const deps = { db: database.db, log: silent, now: () => now, ...files }
  return createCtx(deps, { viewer, requestId: newId('req'), acceptLanguage: 'en' })
}

/** A context for staff. */
export function staffOf(database: TestDatabase, now: Date = today): Ctx {
  return ctxOf(database, testAdmin(), now)
}

/** A member of staff. */
export function testAdmin(): UserViewer {
  return testStaff()
}

/** The whole subgraph on the test's database, at that time. */
export async function partnerOn(database: TestDatabase, now: Date = today) {
  return await createPartner({
    db: database.db,
    keys,
    ...files,
    log: silent,
    now: () => now,
    requestKeys: [testRequestKey()],
    keysOf: () => localKeys(keys.jwks),
  })
}

export interface Company {
  partner: PartnerRow
  owner: UserViewer
  ownerMember: PartnerMemberRow
}

/** A partner with one owner, by default verified. */
export async function company(database: TestDatabase, overrides: Partial<PartnerRow> = {}): Promise<Company> {
  const owner = testUser({ groups: ['user', 'partner'] })
  const names = { name: 'Globe Theatre', legalName: 'Globe Theatre Ltd' }
  const [partner] = await database.db
    .insert(partners)
    .values({
      id: newId('ptr'),
      ...names,
      ...wordsOfPartner({ ...names, ...overrides }),
      registrationNumber: '1599',
      country: 'GB',
      addressLines: ['21 New Globe Walk', 'London'],
      contactEmail: 'office@globe.example',
      status: 'VERIFIED',
      createdBy: owner.userId,
      createdAt: today,
      ...overrides,
    })
    .returning()
  if (!partner) throw new Error('nothing was inserted')
  const ownerMember = await memberOf(database, partner, { userId: owner.userId, role: 'OWNER' })
  return { partner, owner, ownerMember }
}

/** A member of a partner. */
export async function memberOf(
  database: TestDatabase,
  partner: PartnerRow,
  { userId = newId('usr'), role }: { userId?: string; role: PartnerRole },
): Promise<PartnerMemberRow> {
  const [member] = await database.db
    .insert(partnerMembers)
    .values({ id: newId('mbr'), partnerId: partner.id, userId, role, joinedAt: longAgo })
    .returning()
  return member as PartnerMemberRow
}

/** A viewer with that role in a partner. */
export async function colleague(database: TestDatabase, partner: PartnerRow, role: PartnerRole) {
  const viewer = testUser({ groups: ['user', 'partner'] })
  return { viewer, member: await memberOf(database, partner, { userId: viewer.userId, role }) }
}

/** A venue of a partner. */
export async function house(
  database: TestDatabase,
  partner: PartnerRow,
  overrides: Partial<VenueRow> = {},
): Promise<VenueRow> {
  const place = { name: 'The Globe', city: 'London' }
  const [venue] = await database.db
    .insert(venues)
    .values({
      id: newId('ven'),
      partnerId: partner.id,
      ...place,
      ...wordsOfVenue({ ...place, ...overrides }),
      addressLines: ['21 New Globe Walk'],
      country: 'GB',
      timeZone: 'Europe/London',
      capacity: 1_000,
      accessibilityFeatures: [],
      images: [],
      createdAt: today,
      ...overrides,
    })
    .returning()
  return venue as VenueRow
}

/** A plan of that many rows and seats per row, half a metre apart, in one section and zone. */
export function plan(rows = 2, seatsPerRow = 4): LayoutDocument {
  return {
    format: 'tikitu.layout.v1',
    zones: [{ name: 'Stalls', color: '#aa2211' }],
    sections: [
      {
        kind: 'SEATED',
        label: 'Stalls',
        zone: 'Stalls',
        rows: Array.from({ length: rows }, (_row, row) => ({
          label: `R${row + 1}`,
          seats: Array.from({ length: seatsPerRow }, (_seat, seat) => ({
            label: String(seat + 1),
            x: seat * 50,
            y: 300 + row * 90,
          })),
        })),
      },
    ],
  }
}

/** An upload of the caller for the partner whose file, a small PDF with that text, was received. */
export async function uploaded(ctx: Ctx, partnerId: string, text = 'a certificate'): Promise<string> {
  const content = scan(text)
  const about = { byteSize: content.length, contentType: 'application/pdf' as const }
  const { id } = await createDocumentUpload(ctx, partnerId)
  await receiveUpload(ctx, id, async (key) => {
    await ctx.store.put(key, Readable.from([content]), about)
    return { ...about, sha256: createHash('sha256').update(content).digest('hex') }
  })
  return id
}

/** Uploads a small PDF as a document of the partner. */
export async function handIn(
  ctx: Ctx,
  { text, ...input }: Partial<UploadPartnerDocumentInput> & { partnerId: string; text?: string },
) {
  const uploadId = await uploaded(ctx, input.partnerId, text)
  return await uploadPartnerDocument(ctx, { kind: 'IDENTITY', fileName: 'passport.pdf', uploadId, ...input })
}

/** A PDF, by its first bytes. */
export function scan(text = 'a certificate'): Buffer {
  return Buffer.from(`%PDF-1.7\n${text}`)
}

/** The names of the events about an object, and their payloads, in the order of their emission. */
export async function factsAbout(database: TestDatabase, subject: string) {
  const seen = new Set<string>()
  const events = (await outboxOf(database.db)).filter(({ event }) => event.subject === subject)
  return events.flatMap(({ event }) => {
    if (seen.has(event.id)) return []
    seen.add(event.id)
    return [{ name: event.type.split('.').slice(1, 3).join('.'), data: event.data as Record<string, unknown> }]
  })
}
