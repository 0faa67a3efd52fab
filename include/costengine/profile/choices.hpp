/// The settings that are one of a few names: enumerators in the order in which the table of
/// profile/settings.hpp lists PrusaSlicer's names for them.
#pragma once

namespace costengine {

/// The dialect of the firmware: which limits and commands it knows.
enum class GcodeFlavor {
  kReprap,  ///< RepRap, Sprinter
  kReprapFirmware,
  kRepetier,
  kTeacup,
  kMakerware,
  kMarlin,   ///< up to version 1: travels accelerate as extrusions do
  kMarlin2,  ///< travels have an acceleration of their own
  kSailfish,
  kMach3,
  kMachinekit,
  kSmoothie,
  kNoExtrusion,
};

/// What the machine's limits are for.
enum class LimitsUsage { kEmitToGcode, kTimeEstimateOnly, kIgnore };

enum class PerimeterGenerator {
  kClassic,  ///< lines of one width, gaps filled
  kArachne,  ///< lines that adapt their width
};

/// Where the loops of a layer begin.
enum class SeamPosition { kRandom, kNearest, kAligned, kRear };

/// What counts as inside where contours of a layer nest.
enum class SlicingMode { kRegular, kEvenOdd, kCloseHoles };

/// The first seven also fill top and bottom surfaces; sparse infill knows all but kMonotonic.
enum class InfillPattern {
  kRectilinear,
  kMonotonic,
  kAlignedRectilinear,
  kConcentric,
  kHilbertCurve,
  kArchimedeanChords,
  kOctagramSpiral,
  kGrid,
  kTriangles,
  kStars,
  kCubic,
  kLine,
  kHoneycomb,
  k3dHoneycomb,
  kGyroid,
  kAdaptiveCubic,
  kSupportCubic,
  kLightning,
};

enum class SupportStyle {
  kGrid,  ///< areas snapped to a grid
  kSnug,  ///< areas follow the overhang
};

enum class SupportPattern { kRectilinear, kRectilinearGrid, kHoneycomb };

/// kAuto: rectilinear, or concentric where supports touch the model.
enum class SupportInterfacePattern { kAuto, kRectilinear, kConcentric };

/// Where the first layer gets a brim.
enum class BrimType { kNoBrim, kOuterOnly, kInnerOnly, kOuterAndInner };

/// kLimited: as high as the skirt; kEnabled: as high as the highest model.
enum class DraftShield { kDisabled, kLimited, kEnabled };

/// Which surfaces are ironed: all tops, the uppermost one, or all solid infill.
enum class IroningType { kTop, kTopmost, kSolid };

/// Which perimeters are roughened.
enum class FuzzySkin { kNone, kExternal, kAll };

}  // namespace costengine
