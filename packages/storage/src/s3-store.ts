import type { Readable } from 'node:stream'
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type ByteRange, type FileStore, requireKey, requireLength, type StoredContent } from './file-store.ts'

export interface BucketSettings {
  bucket: string
  region: string
  /** The address of an S3 that is not Amazon's. */
  endpoint?: string | undefined
}

/** Files in an S3 bucket. Credentials are those that the AWS SDK finds. */
export function createS3Store({ bucket, region, endpoint }: BucketSettings): FileStore & { close: () => void } {
  const client = new S3Client({
    region,
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    logger: silent,
  })
  const place = (key: string) => ({ Bucket: bucket, Key: requireKey(key) })
  return {
    put: async (key, content, about) => await write(client, place(key), { content, about }),
    get: async (key, range) => await read(client, place(key), range),
    delete: async (key) => void (await client.send(new DeleteObjectCommand(place(key)))),
    close: () => client.destroy(),
  }
}

/** What the SDK says on the console is also in the error that it throws. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

interface Place {
  Bucket: string
  Key: string
}

async function write(
  client: S3Client,
  place: Place,
  { content, about }: { content: Readable; about: StoredContent },
): Promise<void> {
  const checked = requireLength(about.byteSize)
  const failed = new Promise<never>((_resolve, reject) => {
    content.once('error', (error) => checked.destroy(error))
    checked.once('error', reject)
  })
  const sent = client.send(
    new PutObjectCommand({
      ...place,
      Body: content.pipe(checked),
      ContentLength: about.byteSize,
      ContentType: about.contentType,
    }),
  )
  await Promise.race([sent, failed])
}

async function read(client: S3Client, place: Place, range: ByteRange | undefined): Promise<Readable | null> {
  const part = range ? { Range: `bytes=${range.start}-${range.end}` } : {}
  try {
    const { Body } = await client.send(new GetObjectCommand({ ...place, ...part }))
    return (Body as Readable | undefined) ?? null
  } catch (error) {
    if (error instanceof NoSuchKey) return null
    throw error
  }
}
