export interface NativeAddon {
  readonly [key: string]: unknown
}
