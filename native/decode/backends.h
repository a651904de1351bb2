#pragma once
// Which of ggml's backends this process runs on. A build for one machine has them inside; a prebuild brings them as files
// beside the addon, one for each kind of CPU, and packages for a GPU bring more. Files are asked for their score on this
// processor - 0 where it cannot run them - and the best is kept. A GPU that cannot be used is no error: the CPU can.

#include <cstdint>
#include <string>
#include <vector>

struct ggml_backend_device;

namespace surecall {

/// Which processor a model is asked to run on. `automatic`: a GPU if there is one.
enum class Gpu : uint8_t { automatic, off, cuda, metal };

/// A backend that was considered.
struct BackendTrial {
  std::string file;  ///< its path; empty if it is built in
  std::string name;  ///< "cpu-haswell", "cuda"
  int score = 0;     ///< how much of this processor it uses; 0: it does not run here
  bool loaded = false;
  std::string reason;  ///< why it was not loaded; empty if it was
};

/// A processor that a loaded backend offers.
struct BackendDevice {
  std::string name, description, backend;  ///< "CUDA0", "NVIDIA H200", "CUDA"
  bool is_gpu = false;
  uint64_t memory_bytes = 0;  ///< 0 if unknown
};

/// What a model runs on.
struct BackendChoice {
  std::string gpu;     ///< "cuda", "metal", another backend's name in lower case; empty for the CPU
  std::string reason;  ///< why it is the CPU although a GPU was asked for; empty if it was not
  std::vector<ggml_backend_device*> devices;  ///< the GPU devices, for llama.cpp: null at the end
};

/// Folders in which backends lie. For the addon, before the first model is loaded; later calls change nothing that is loaded.
void set_backend_folders(std::vector<std::string> folders);

/// Loads what `gpu` may need, once per process, and chooses. Safe from any thread. Throws Error SURECALL_NATIVE if not even
/// the CPU has a backend.
BackendChoice choose_backend(Gpu gpu);

/// Everything that was considered so far, and the devices that came of it.
std::vector<BackendTrial> backend_trials();
std::vector<BackendDevice> backend_devices();

}  // namespace surecall
