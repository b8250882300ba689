import { requireUser, type Viewer } from '@tikitu/kit/auth/viewer'
import type { FileUrls } from './file-urls.ts'

/** A file that the viewer may download by its URL. */
export interface FileLink {
  url: string
  expiresAt: Date
  /** The name for the reader's machine. */
  fileName: string
  contentType: string
}

export interface LinkedFile {
  /** The path of the file at its service. */
  path: string
  fileName: string
  contentType: string
}

/** Long enough to start a download, short enough that a URL in a log is of no use. */
const lifeSeconds = 600

/** Hands out a file to the viewer, who was found to be allowed to read it. @throws {Unauthenticated} */
export function linkFile(
  { fileUrls, viewer, now }: { fileUrls: FileUrls; viewer: Viewer; now: () => Date },
  { path, fileName, contentType }: LinkedFile,
): FileLink {
  const signed = fileUrls.sign({ method: 'GET', path, viewer: requireUser(viewer), lifeSeconds }, now())
  return { ...signed, fileName, contentType }
}
