import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, isAbsolute, join } from 'node:path'

const prefix = 'tikitu-postgres-'

/** Folders where files of short life belong: the first that exists and takes ours is used. */
export function temporaryFolders(): string[] {
  const wanted = [tmpdir(), '/tmp', '/var/tmp', '/run', '/opt'].filter((folder) => existsSync(folder))
  return [...new Set(wanted)]
}

/**
 * Puts the programs where any user can reach and run them, under a name that nobody can guess before: folders above
 * `programs` may be open to root alone, and files in it too, when they were installed under a strict umask.
 */
export function copyProgramsTo(parent: string, programs: string): string {
  const place = mkdtempSync(join(parent, prefix))
  chmodSync(place, 0o711)
  for (const part of ['bin', 'lib', 'share']) placeTree(join(programs, part), join(place, part))
  return place
}

/** Notes where the programs were put, for a next run to remove what a crash leaves behind. */
export function recordProgramsFolder(note: string, place: string): void {
  writeFileSync(note, place, { mode: 0o600 })
}

/** Removes what a run noted there, and the note. */
export function removeRecordedFolder(note: string): void {
  const place = readNote(note)
  if (place && isSafe(place)) removeProgramsFolder(place)
  rmSync(note, { force: true })
}

/** Removes a place of programs. */
export function removeProgramsFolder(place: string): void {
  rmSync(place, { recursive: true, force: true })
}

function readNote(note: string): string | null {
  try {
    return readFileSync(note, 'utf8')
  } catch {
    return null
  }
}

/** A folder of root's, under a name of ours, which nobody else can write to. */
function isSafe(place: string): boolean {
  const found = isAbsolute(place) ? lstatSync(place, { throwIfNoEntry: false }) : undefined
  return !!found?.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0 && basename(place).startsWith(prefix)
}

function placeTree(from: string, to: string): void {
  mkdirSync(to)
  chmodSync(to, 0o755)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) placeTree(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else placeFile(source, target)
  }
}

/** Linked, which costs nothing, where its mode lets everybody use it; otherwise copied, so the original keeps its mode. */
function placeFile(source: string, target: string): void {
  const wanted = basename(dirname(source)) === 'bin' ? 0o755 : 0o644
  const { mode, uid } = statSync(source)
  if (uid === 0 && (mode & wanted) === wanted && (mode & 0o022) === 0 && linked(source, target)) return
  copyFileSync(source, target, constants.COPYFILE_FICLONE)
  chmodSync(target, wanted)
}

function linked(source: string, target: string): boolean {
  try {
    linkSync(source, target)
    return true
  } catch {
    return false
  }
}
