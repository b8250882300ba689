import { InvalidInput } from '@tikitu/kit/base/errors'
import type { PartnerDocumentRow } from '../../db/tables/partners.ts'

/** A file and its media type, detected from its first bytes rather than declared by the sender. */
export interface DocumentFile {
  content: Buffer
  contentType: PartnerDocumentRow['contentType']
}

/** The maximum size of a file: its base64 fits into a request. */
export const maxDocumentBytes = 2_500_000

const beginnings: readonly { contentType: DocumentFile['contentType']; bytes: Buffer }[] = [
  { contentType: 'application/pdf', bytes: Buffer.from('%PDF-') },
  { contentType: 'image/png', bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { contentType: 'image/jpeg', bytes: Buffer.from([0xff, 0xd8, 0xff]) },
]

/** Reads a PDF, JPEG or PNG file from base64. @throws {InvalidInput} */
export function readDocumentFile(contentBase64: string): DocumentFile {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(contentBase64) || contentBase64.length % 4 !== 0) throw refused('must be base64')
  const content = Buffer.from(contentBase64, 'base64')
  if (content.length > maxDocumentBytes) throw refused(`must be at most ${maxDocumentBytes} bytes long`)
  const kind = beginnings.find(({ bytes }) => content.subarray(0, bytes.length).equals(bytes))
  if (!kind) throw refused('must be a PDF, JPEG or PNG file')
  return { content, contentType: kind.contentType }
}

function refused(message: string): InvalidInput {
  return new InvalidInput([{ field: 'contentBase64', message }])
}
