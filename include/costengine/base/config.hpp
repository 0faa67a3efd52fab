/// Build configuration shared by every header: the header-only switch, the version, compiler
/// guards.
#pragma once

#define COSTENGINE_VERSION_MAJOR 0
#define COSTENGINE_VERSION_MINOR 1
#define COSTENGINE_VERSION_PATCH 0
#define COSTENGINE_VERSION "0.1.0"

#ifdef __FAST_MATH__
#error "costengine promises correct rounding: build without -ffast-math"
#endif

/// With COSTENGINE_HEADER_ONLY every header pulls in its body (detail/<room>/<name>.ipp) and the
/// bodies are inline; without it they are compiled once, in src/.
#ifdef COSTENGINE_HEADER_ONLY
#define COSTENGINE_INLINE inline
#else
#define COSTENGINE_INLINE
#endif
