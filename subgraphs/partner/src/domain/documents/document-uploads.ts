import { requireUser } from '@tikitu/kit/auth/viewer'
import { InvalidState } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { type ReceivedFile, UploadRefused } from '@tikitu/storage/receive-file'
import { and, eq, gt, isNotNull, isNull, lte } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type DocumentUploadRow, documentUploads } from '../../db/tables/partners.ts'
import { isAtLeast } from '../members/roles.ts'
import { roleIn } from '../partners/get-partner.ts'
import { lockPartnerAs } from '../partners/lock-partner.ts'

/** The maximum size of a file. */
export const maxDocumentBytes = 10_000_000

/** What may be uploaded. */
const contentTypes = ['application/pdf', 'image/png', 'image/jpeg'] as const

/** Where to send a file, and what is accepted. */
export interface UploadTarget {
  id: string
  url: string
  expiresAt: Date
  maxBytes: number
  contentTypes: readonly string[]
}

const maxOpenUploads = 30
/** For the upload itself. */
const urlLifeSeconds = 600
/** For the document that takes the file over. */
const uploadLifeMs = 3_600_000

/**
 * Permits the upload of one file, for a document of the partner.
 * @throws {NotFound | Forbidden} @throws {InvalidState} when too many uploads are open
 */
export async function createDocumentUpload(ctx: Ctx, partnerId: string): Promise<UploadTarget> {
  const viewer = requireUser(ctx.viewer)
  return await inTransaction(ctx, async (ctx) => {
    await lockPartnerAs(ctx, partnerId, 'MANAGER')
    const open = await ctx.db.$count(
      documentUploads,
      and(eq(documentUploads.partnerId, partnerId), gt(documentUploads.expiresAt, ctx.now())),
    )
    if (open >= maxOpenUploads) throw new InvalidState('Too many uploads are open. Use them, or try again in an hour.')
    const id = ctx.newId('upl')
    const createdAt = ctx.now()
    const expiresAt = new Date(createdAt.getTime() + uploadLifeMs)
    await ctx.db.insert(documentUploads).values({ id, partnerId, userId: viewer.userId, expiresAt, createdAt })
    const path = `/files/partner/${id}`
    const signed = ctx.fileUrls.sign({ method: 'POST', path, viewer, lifeSeconds: urlLifeSeconds }, createdAt)
    return { id, ...signed, maxBytes: maxDocumentBytes, contentTypes }
  })
}

/**
 * Stores the one file of an upload by `receive`. Of several requests at once, the first is taken; after one that failed, another may come.
 * @throws {UploadRefused}
 */
export async function receiveUpload(
  ctx: Ctx,
  id: string,
  receive: (key: string) => Promise<ReceivedFile>,
): Promise<ReceivedFile & { uploadId: string }> {
  await startUpload(ctx, id)
  try {
    const file = await receive(keyOfUpload(id))
    await ctx.db
      .update(documentUploads)
      .set({ ...file, receivedAt: ctx.now() })
      .where(eq(documentUploads.id, id))
    return { uploadId: id, ...file }
  } catch (error) {
    await ctx.db.update(documentUploads).set({ startedAt: null }).where(eq(documentUploads.id, id))
    throw error
  }
}

async function startUpload(ctx: Ctx, id: string): Promise<void> {
  const [upload] = await ctx.db.select().from(documentUploads).where(ownUpload(ctx, id))
  const role = upload && (await roleIn(ctx, upload.partnerId))
  if (!upload || !role || !isAtLeast(role, 'MANAGER')) {
    throw new UploadRefused(404, 'There is no such upload. Ask for a new one.')
  }
  const started = await ctx.db
    .update(documentUploads)
    .set({ startedAt: ctx.now() })
    .where(and(eq(documentUploads.id, id), isNull(documentUploads.startedAt)))
    .returning({ id: documentUploads.id })
  if (started.length === 0) throw new UploadRefused(409, 'This upload was used already. Ask for a new one.')
}

/** An uploaded file that a document takes over. */
export type UploadedFile = ReceivedFile & { storeKey: string }

/** Takes the file of the caller's upload over, once; null when there is none for that partner. */
export async function takeUpload(
  ctx: Ctx,
  { uploadId, partnerId }: { uploadId: string; partnerId: string },
): Promise<UploadedFile | null> {
  const [upload] = await ctx.db
    .delete(documentUploads)
    .where(
      and(ownUpload(ctx, uploadId), eq(documentUploads.partnerId, partnerId), isNotNull(documentUploads.receivedAt)),
    )
    .returning()
  return upload ? uploadedFile(upload) : null
}

/** Removes uploads that no document took over in time, and their files. */
export async function removeExpiredUploads(ctx: Ctx): Promise<void> {
  const isExpired = lte(documentUploads.expiresAt, ctx.now())
  const expired = await ctx.db.select({ id: documentUploads.id }).from(documentUploads).where(isExpired).limit(1_000)
  for (const { id } of expired) {
    await ctx.store.delete(keyOfUpload(id))
    await ctx.db.delete(documentUploads).where(eq(documentUploads.id, id))
  }
}

function ownUpload(ctx: Ctx, id: string) {
  return and(
    eq(documentUploads.id, id),
    eq(documentUploads.userId, requireUser(ctx.viewer).userId),
    gt(documentUploads.expiresAt, ctx.now()),
  )
}

function uploadedFile({ id, contentType, byteSize, sha256 }: DocumentUploadRow): UploadedFile {
  if (!contentType || byteSize === null || sha256 === null) throw new Error(`upload ${id} has no file`)
  return { contentType, byteSize, sha256, storeKey: keyOfUpload(id) }
}

function keyOfUpload(id: string): string {
  return `documents/${id}`
}
