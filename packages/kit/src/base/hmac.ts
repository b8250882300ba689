import { hash } from 'node:crypto'

/** The HMAC-SHA256 of a text with one key. */
export type Hmac = (text: string, encoding: 'base64' | 'base64url') => string

const blockBytes = 64
const digestBytes = 32

/**
 * HMAC-SHA256 (RFC 2104) with one key, made of two one-shot digests: `createHmac` makes an object for each text, which takes twice the
 * time and more of the garbage collector.
 */
export function createHmacSha256(secret: Uint8Array): Hmac {
  const key = secret.length > blockBytes ? hash('sha256', secret, 'buffer') : secret
  const outer = paddedKey(key, 0x5c, blockBytes + digestBytes)
  let inner = paddedKey(key, 0x36, 4_096)
  return (text, encoding) => {
    const maxBytes = blockBytes + text.length * 3
    if (maxBytes > inner.length) inner = paddedKey(key, 0x36, maxBytes)
    const end = blockBytes + inner.write(text, blockBytes, 'utf8')
    outer.write(hash('sha256', inner.subarray(0, end), 'binary'), blockBytes, 'binary')
    return hash('sha256', outer, encoding)
  }
}

/** A buffer that begins with the key, which fills one block, and each of its bytes combined with `pad`. */
function paddedKey(key: Uint8Array, pad: number, length: number): Buffer {
  const block = Buffer.alloc(blockBytes)
  block.set(key)
  return Buffer.concat([block.map((byte) => byte ^ pad)], length)
}
