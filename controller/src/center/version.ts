/** Which heat center this is. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The version in the package.json of the workspace. */
export function readVersion(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

/** The commit of this checkout; the version where there is none, as in an image. */
export function readCommit(root: string, version: string): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return version;
  }
}
