import type { FileStore } from './file-store.ts'
import { createFolderStore } from './folder-store.ts'
import { type BucketSettings, createS3Store } from './s3-store.ts'

/** Where files are stored: in the bucket when there is one, else in the folder. */
export interface StoreSettings {
  folder: string
  bucket: BucketSettings | null
}

/** Opens the store that the settings name. */
export function openFileStore({ folder, bucket }: StoreSettings): FileStore {
  return bucket ? createS3Store(bucket) : createFolderStore(folder)
}
