#pragma once
// textCount(options, limit) and textIsSatisfiable(options): what lib/schema must know of a text value before it builds a
// program with it.

#include <napi.h>

namespace surecall::addon {

Napi::Value text_count(const Napi::CallbackInfo& info);
Napi::Value text_is_satisfiable(const Napi::CallbackInfo& info);

}  // namespace surecall::addon
