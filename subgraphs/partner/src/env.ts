import { EnvError, httpUrl } from '@tikitu/kit/base/env'
import { readServiceEnv } from '@tikitu/kit/service/service-env'
import { servicePorts } from '@tikitu/schema/services'
import { fileKeys } from '@tikitu/storage/file-env'
import type { StoreSettings } from '@tikitu/storage/open-store'
import { z } from 'zod'

const own = {
  PARTNER_FILE_KEYS: fileKeys,
  PARTNER_FILES_FOLDER: z.string().default('.tikitu/files'),
  PARTNER_FILES_BUCKET: z.string().optional(),
  PARTNER_FILES_ENDPOINT: httpUrl.optional(),
  AWS_REGION: z.string().optional(),
}

/** Everything this process reads from its environment. Exits with a list of mistakes when it is invalid. */
export function readEnv() {
  return readServiceEnv('partner', servicePorts, own)
}

/** Where documents are stored. @throws {EnvError} when there is a bucket without a region */
export function storeSettings({ own }: ReturnType<typeof readEnv>): StoreSettings {
  const { PARTNER_FILES_FOLDER: folder, PARTNER_FILES_BUCKET: bucket, PARTNER_FILES_ENDPOINT: endpoint } = own
  if (!bucket) return { folder, bucket: null }
  if (own.AWS_REGION) return { folder, bucket: { bucket, region: own.AWS_REGION, endpoint } }
  throw new EnvError('The environment is invalid:\n  AWS_REGION: is required for a bucket')
}
