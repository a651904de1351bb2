#include "decode/backends.h"

#include <ggml-backend.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "decode/llama_runtime.h"
#include "decode/shared_library.h"
#include "support/error.h"

namespace surecall {
namespace {

namespace fs = std::filesystem;

#if defined(_WIN32)
constexpr std::string_view kPrefix = "ggml-", kSuffix = ".dll";
#else
constexpr std::string_view kPrefix = "libggml-", kSuffix = ".so";
#endif

/// What is loaded belongs to the process, as in ggml.
struct State {
  std::mutex mutex;
  std::vector<std::string> folders;
  std::vector<BackendTrial> trials;
  bool cpu_tried = false, gpus_tried = false;
};

State& state() {
  static State state;
  return state;
}

bool is_cpu(const BackendTrial& trial) { return trial.name == "cpu" || trial.name.starts_with("cpu-"); }

std::string to_utf8(const fs::path& path) {
  const std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

/// The backend files in the folders, by name.
std::vector<BackendTrial> backend_files(const std::vector<std::string>& folders) {
  std::vector<BackendTrial> found;
  for (const std::string& folder : folders) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(fs::path(std::u8string(folder.begin(), folder.end())), ignored)) {
      const std::string name = to_utf8(entry.path().filename());
      if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
      BackendTrial trial;
      trial.file = to_utf8(entry.path());
      trial.name = name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
      found.push_back(std::move(trial));
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

/// Asks a backend how well it suits this processor. One that has no opinion suits any.
void rate(BackendTrial& trial) {
  using Score = int (*)();
  const SharedLibrary library(trial.file);
  if (!library) {
    trial.reason = library.error();
    return;
  }
  const auto score = reinterpret_cast<Score>(library.symbol("ggml_backend_score"));
  trial.score = score == nullptr ? 1 : score();
  if (trial.score == 0) trial.reason = "this processor lacks instructions that it uses";
}

void load(BackendTrial& trial) {
  const LogCapture log;
  trial.loaded = ggml_backend_load(trial.file.c_str()) != nullptr;
  if (trial.loaded) {
    trial.reason.clear();
  } else {
    trial.reason = log.text().empty() ? "it refused to start" : log.text();
  }
}

/// Loads the best CPU backend that lies in the folders, if ggml has none yet.
void load_cpu(State& s) {
  if (s.cpu_tried) return;
  s.cpu_tried = true;
  if (ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) != nullptr) return;  // built in
  BackendTrial* best = nullptr;
  std::vector<BackendTrial> files = backend_files(s.folders);
  for (BackendTrial& trial : files) {
    if (!is_cpu(trial)) continue;
    rate(trial);
    if (trial.score > 0 && (best == nullptr || trial.score > best->score)) best = &trial;
  }
  for (BackendTrial& trial : files) {
    if (!is_cpu(trial)) continue;
    if (&trial == best) load(trial);
    else if (trial.score > 0) trial.reason = best->name + " suits this processor better";
    s.trials.push_back(trial);
  }
}

void load_gpus(State& s) {
  if (s.gpus_tried) return;
  s.gpus_tried = true;
  for (BackendTrial& trial : backend_files(s.folders)) {
    if (is_cpu(trial)) continue;
    rate(trial);
    if (trial.score > 0) load(trial);
    s.trials.push_back(std::move(trial));
  }
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

/// "cuda" for ggml's "CUDA", "metal" for its "MTL".
std::string backend_name(ggml_backend_dev_t device) {
  const std::string name = lower(ggml_backend_reg_name(ggml_backend_dev_backend_reg(device)));
  return name == "mtl" ? "metal" : name;
}

bool is_gpu(ggml_backend_dev_t device) {
  const auto type = ggml_backend_dev_type(device);
  return type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU;
}

/// Why no GPU of the wanted kind is there: what its backend said, or that there is no such backend.
std::string missing_gpu(const State& s, std::string_view wanted) {
  std::string reason;
  for (const BackendTrial& trial : s.trials) {
    if (is_cpu(trial) || (!wanted.empty() && trial.name != wanted)) continue;
    reason += (reason.empty() ? "" : "; ") + trial.name + ": " + (trial.loaded ? "it found no device" : trial.reason);
  }
  if (!reason.empty()) return reason;
  return wanted.empty() ? "there is no GPU backend" : "there is no " + std::string(wanted) + " backend";
}

}  // namespace

void set_backend_folders(std::vector<std::string> folders) {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  s.folders = std::move(folders);
}

BackendChoice choose_backend(Gpu gpu) {
  init_llama();
  State& s = state();
  const std::lock_guard lock(s.mutex);
  load_cpu(s);
  if (ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nullptr) {
    std::string tried;
    for (const BackendTrial& trial : s.trials) tried += "; " + trial.name + ": " + trial.reason;
    throw Error("SURECALL_NATIVE", "there is no CPU backend for this processor" + tried);
  }
  if (gpu == Gpu::off) return {"", "", {nullptr}};
  load_gpus(s);

  const std::string wanted = gpu == Gpu::cuda ? "cuda" : gpu == Gpu::metal ? "metal" : "";
  BackendChoice choice;
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    const ggml_backend_dev_t device = ggml_backend_dev_get(i);
    if (!is_gpu(device)) continue;
    const std::string name = backend_name(device);
    if (!wanted.empty() && name != wanted) continue;
    if (choice.gpu.empty()) choice.gpu = name;
    if (name == choice.gpu) choice.devices.push_back(device);
  }
  if (choice.gpu.empty()) choice.reason = missing_gpu(s, wanted);
  choice.devices.push_back(nullptr);
  return choice;
}

std::vector<BackendTrial> backend_trials() {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  return s.trials;
}

std::vector<BackendDevice> backend_devices() {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  std::vector<BackendDevice> devices;
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    const ggml_backend_dev_t device = ggml_backend_dev_get(i);
    size_t free = 0, total = 0;
    ggml_backend_dev_memory(device, &free, &total);
    devices.push_back({ggml_backend_dev_name(device), ggml_backend_dev_description(device), backend_name(device),
                       is_gpu(device), total});
  }
  return devices;
}

}  // namespace surecall
