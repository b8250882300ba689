/** The `Content-Disposition` of a download (RFC 6266), for any name: nothing in it can end the header or leave a folder. */
export function attachment(fileName: string): string {
  const name = fileName
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/\p{C}/gu, '')
    .replace(/^[.\s]+/, '')
  const safe = name || 'file'
  const plain = safe.replace(/[^\w.() -]/g, '_')
  const exact = plain === safe ? '' : `; filename*=UTF-8''${encode(safe)}`
  return `attachment; filename="${plain}"${exact}`
}

/** As RFC 8187 wants it: `encodeURIComponent` leaves four characters that it does not allow. */
function encode(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
}
