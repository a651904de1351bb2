# What prebuildify knows how to build: a target that is the CMake build (scripts/prebuild-step.mjs) under another name.
# It is not at the root of the package, or npm would run node-gyp for whoever installs it.
{
  'targets': [
    {
      'target_name': 'surecall',
      'type': 'none',
      'actions': [
        {
          'action_name': 'cmake',
          'inputs': [],
          'outputs': ['<(PRODUCT_DIR)/surecall.node'],
          'action': ['node', '../scripts/prebuild-step.mjs', '<(PRODUCT_DIR)'],
        },
      ],
    },
  ],
}
