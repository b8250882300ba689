import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { applyAccountStatus } from '@tikitu/kit/access/access-subjects'
import type { UserViewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { fetchFile } from '@tikitu/storage/testing/fetch-file'
import { eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { documentUploads, partnerDocumentContents, partnerDocuments } from '../src/db/tables/partners.ts'
import { maxDocumentBytes, removeExpiredUploads } from '../src/domain/documents/document-uploads.ts'
import { removeMember } from '../src/domain/members/remove-member.ts'
import {
  colleague,
  company,
  ctxOf,
  files,
  handIn,
  migrations,
  partnerOn,
  scan,
  staffOf,
  testAdmin,
  today,
} from './factories.ts'

const database = useDatabase(migrations)

const create = /* GraphQL */ `
  mutation ($input: CreateDocumentUploadInput!) {
    createDocumentUpload(input: $input) {
      __typename
      ... on DocumentUpload { id url expiresAt maxBytes contentTypes }
      ... on Refusal { code message }
    }
  }
`

interface Upload {
  id: string
  url: string
}

async function createUpload(viewer: UserViewer, partnerId: string): Promise<Upload> {
  const variables = { input: { partnerId } }
  const { data } = await callAs(await partnerOn(database), viewer, { query: create, variables })
  return data?.['createDocumentUpload'] as Upload
}

async function send(url: string, content: Buffer, { now = today, ...init }: RequestInit & { now?: Date } = {}) {
  const subgraph = await partnerOn(database, now)
  await subgraph.options.access?.refresh()
  const body = new Uint8Array(content)
  const { status, content: answer } = await fetchFile(subgraph.handle, url, { method: 'POST', body, ...init })
  return { status, ...JSON.parse(answer.toString()) }
}

const stored = async (uploadId: string) => await files.store.get(`documents/${uploadId}`)

test('hands out where to send a file, and takes its type from its content', async () => {
  const { partner, owner } = await company(database)
  const upload = await createUpload(owner, partner.id)
  expect(upload).toMatchObject({
    __typename: 'DocumentUpload',
    url: expect.stringContaining(`https://api.example/files/partner/${upload.id}?`),
    expiresAt: new Date(today.getTime() + 600_000).toISOString(),
    maxBytes: 10_000_000,
    contentTypes: ['application/pdf', 'image/png', 'image/jpeg'],
  })
  const sent = await send(upload.url, scan(), { headers: { 'content-type': 'image/jpeg' } })
  expect(sent).toMatchObject({ status: 201, uploadId: upload.id, contentType: 'application/pdf', byteSize: 22 })
  expect(sent.sha256).toMatch(/^[0-9a-f]{64}$/)
})

test.each([
  ['text that calls itself a PDF', Buffer.from('<html>%PDF-'), 415],
  ['an empty file', Buffer.alloc(0), 415],
  ['a file that is too long', Buffer.concat([scan(), Buffer.alloc(maxDocumentBytes)]), 413],
])('refuses %s, and takes another one then', async (_what, content, status) => {
  const { partner, owner } = await company(database)
  const { id, url } = await createUpload(owner, partner.id)
  expect(await send(url, content)).toMatchObject({ status, error: expect.any(String) })
  expect(await stored(id)).toBeNull()
  expect(await send(url, scan())).toMatchObject({ status: 201 })
})

test('refuses a file without its length, and stores nothing of one that breaks off', async () => {
  const { partner, owner } = await company(database)
  const { id, url } = await createUpload(owner, partner.id)
  const server = createServer((await partnerOn(database)).handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { pathname, search } = new URL(url)
  const to = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    path: pathname + search,
    method: 'POST',
  }
  const chunked = await new Promise<number | undefined>((resolve) => {
    const sending = httpRequest({ ...to, headers: { 'transfer-encoding': 'chunked' } }, (response) => {
      resolve(response.statusCode)
      response.resume()
    })
    sending.end(scan())
  })
  expect(chunked).toBe(411)
  const broken = httpRequest({ ...to, headers: { 'content-length': 1_000 } }).on('error', () => {})
  broken.write(scan())
  const startedAt = async () =>
    (await database.db.select().from(documentUploads).where(eq(documentUploads.id, id)))[0]?.startedAt
  await expect.poll(startedAt).not.toBeNull()
  broken.destroy()
  await expect.poll(startedAt).toBeNull()
  expect(await stored(id)).toBeNull()
})

test('takes one of two files that are sent at once, whole', async () => {
  const { partner, owner } = await company(database)
  const { id, url } = await createUpload(owner, partner.id)
  const answers = await Promise.all([send(url, scan('the first')), send(url, scan('the other'))])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
  const [row] = await database.db.select().from(documentUploads).where(eq(documentUploads.id, id))
  expect(row?.sha256).toBe(answers.find(({ status }) => status === 201)?.sha256)
  expect(await send(url, scan())).toMatchObject({ status: 409 })
})

test('refuses a URL that was changed, has expired, or is of a download', async () => {
  const { partner, owner } = await company(database)
  const { id, url } = await createUpload(owner, partner.id)
  const other = await createUpload(owner, partner.id)
  const path = `/files/partner/${id}`
  const download = files.fileUrls.sign({ method: 'GET', path, viewer: owner, lifeSeconds: 60 }, today).url
  for (const forged of [url.replace(id, other.id), url.replace(owner.userId, 'usr_1'), download]) {
    expect(await send(forged, scan())).toMatchObject({ status: 403, error: 'This link is not valid.' })
  }
  const late = new Date(today.getTime() + 600_000)
  expect(await send(url, scan(), { now: late })).toMatchObject({
    status: 403,
    error: expect.stringContaining('expired'),
  })
  const stranger = files.fileUrls.sign({ method: 'POST', path, viewer: testUser(), lifeSeconds: 60 }, today).url
  expect(await send(stranger, scan())).toMatchObject({ status: 404 })
})

test('refuses the file of a member who was removed or suspended after the URL was handed out', async () => {
  const { partner, owner } = await company(database)
  const [removed, suspended] = [
    await colleague(database, partner, 'MANAGER'),
    await colleague(database, partner, 'MANAGER'),
  ]
  const [one, two] = [await createUpload(removed.viewer, partner.id), await createUpload(suspended.viewer, partner.id)]
  await removeMember(ctxOf(database, owner), removed.member.id)
  const { userId } = suspended.viewer
  await applyAccountStatus(ctxOf(database, owner), { userId, version: 2, status: 'SUSPENDED' })
  expect(await send(one.url, scan())).toMatchObject({ status: 404 })
  expect(await send(two.url, scan())).toMatchObject({ status: 403 })
})

test('limits open uploads, and removes those that no document took over in time with their files', async () => {
  const { partner, owner } = await company(database)
  const first = await createUpload(owner, partner.id)
  await send(first.url, scan())
  for (let count = 1; count < 30; count++) await createUpload(owner, partner.id)
  expect(await createUpload(owner, partner.id)).toMatchObject({ __typename: 'InvalidState' })
  const service = { kind: 'service', service: 'partner' } as const
  const cleanUp = (minutes: number) =>
    removeExpiredUploads(ctxOf(database, service, new Date(today.getTime() + minutes * 60_000)))
  await cleanUp(59)
  expect(await stored(first.id)).not.toBeNull()
  await cleanUp(60)
  expect(await stored(first.id)).toBeNull()
  expect(await createUpload(owner, partner.id)).toMatchObject({ __typename: 'DocumentUpload' })
})

test('downloads a document in whole and in part, and one from before there was a store', async () => {
  const { partner, owner } = await company(database)
  const kept = await handIn(ctxOf(database, owner), { partnerId: partner.id, fileName: 'Ausweis Müller.pdf' })
  const old = await handIn(ctxOf(database, owner), { partnerId: partner.id })
  await files.store.delete(old.storeKey ?? '')
  await database.db.update(partnerDocuments).set({ storeKey: null }).where(eq(partnerDocuments.id, old.id))
  await database.db.insert(partnerDocumentContents).values({ documentId: old.id, content: scan() })
  const subgraph = await partnerOn(database)
  for (const [viewer, document] of [
    [owner, kept],
    [owner, old],
    [testAdmin(), kept],
  ] as const) {
    const query = `{ partnerDocumentFile(documentId: "${document.id}") { url } }`
    const { data } = await callAs(subgraph, viewer, { query })
    const { url } = (data as unknown as { partnerDocumentFile: { url: string } }).partnerDocumentFile
    const whole = await fetchFile(subgraph.handle, url)
    expect([whole.status, whole.content, whole.headers.get('content-type')]).toEqual([200, scan(), 'application/pdf'])
    const part = await fetchFile(subgraph.handle, url, { headers: { range: 'bytes=1-3' } })
    expect([part.status, part.content.toString()]).toEqual([206, 'PDF'])
  }
})

test('gives no file by the URL of a member who was removed, or of a document that was', async () => {
  const { partner, owner } = await company(database, { status: 'DRAFT' })
  const manager = await colleague(database, partner, 'MANAGER')
  const document = await handIn(ctxOf(database, owner), { partnerId: partner.id })
  const subgraph = await partnerOn(database)
  const urlFor = async (viewer: UserViewer) => {
    const query = `{ partner(id: "${partner.id}") { application { documents { file { url } } } } }`
    const { data } = await callAs(subgraph, viewer, { query })
    type Found = { partner: { application: { documents: { file: { url: string } | null }[] } } }
    return (data as unknown as Found).partner.application.documents[0]?.file?.url
  }
  const urls = { manager: (await urlFor(manager.viewer)) ?? '', owner: (await urlFor(owner)) ?? '' }
  expect(await urlFor(staffOf(database).viewer as UserViewer)).toContain(document.id)
  await removeMember(ctxOf(database, owner), manager.member.id)
  expect((await fetchFile(subgraph.handle, urls.manager)).status).toBe(404)
  expect((await fetchFile(subgraph.handle, urls.owner)).status).toBe(200)
  await database.db.delete(partnerDocuments).where(eq(partnerDocuments.id, document.id))
  expect((await fetchFile(subgraph.handle, urls.owner)).status).toBe(404)
})
