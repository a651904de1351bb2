// A backend of ggml that exists as far as loading and choosing go: no model can run on it.
//
//   SCORE    what it says about this processor
//   DEVICES  how many GPUs it finds

#include "ggml-backend-impl.h"

static const char *device_name(ggml_backend_dev_t device) { (void)device; return "CUDA0"; }
static const char *device_description(ggml_backend_dev_t device) { (void)device; return "a GPU of the tests"; }
static enum ggml_backend_dev_type device_type(ggml_backend_dev_t device) { (void)device; return GGML_BACKEND_DEVICE_TYPE_GPU; }
static void device_memory(ggml_backend_dev_t device, size_t *free, size_t *total) {
  (void)device;
  *free = *total = 8000000000;
}
static struct ggml_backend_device device = {
    .iface = {.get_name = device_name, .get_description = device_description, .get_memory = device_memory, .get_type = device_type}};

static const char *name(ggml_backend_reg_t backend) { (void)backend; return "CUDA"; }
static size_t device_count(ggml_backend_reg_t backend) { (void)backend; return DEVICES; }
static ggml_backend_dev_t get_device(ggml_backend_reg_t backend, size_t index) { (void)backend, (void)index; return &device; }
static struct ggml_backend_reg backend = {
    .api_version = GGML_BACKEND_API_VERSION, .iface = {.get_name = name, .get_device_count = device_count, .get_device = get_device}};

__attribute__((visibility("default"))) int ggml_backend_score(void) { return SCORE; }
__attribute__((visibility("default"))) ggml_backend_reg_t ggml_backend_init(void) {
  device.reg = &backend;
  return &backend;
}
