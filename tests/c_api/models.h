/* Ten small models as binary STL, made by code: from sound to broken, at most 500 facets each. */
#ifndef COSTENGINE_TESTS_C_API_MODELS_H
#define COSTENGINE_TESTS_C_API_MODELS_H

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { kModels = 10, kMostFacets = 500, kModelBytes = 84 + 50 * kMostFacets };

typedef struct model {
  unsigned char bytes[kModelBytes];
  size_t size;
} model;

static void model_begin(model* m) {
  memset(m, 0, sizeof *m);
  m->size = 84;
}

static void model_facet(model* m, const float a[3], const float b[3], const float c[3]) {
  unsigned char* const at = m->bytes + m->size;
  const unsigned facets = (unsigned)(m->size - 84) / 50 + 1;
  int k;
  memcpy(at + 12, a, 12);
  memcpy(at + 24, b, 12);
  memcpy(at + 36, c, 12);
  for (k = 0; k < 4; ++k) m->bytes[80 + k] = (unsigned char)(facets >> 8 * k);
  m->size += 50;
}

static void model_box(model* m, const float from[3], const float to[3], int facets) {
  static const int kQuads[6][4] = {{0, 2, 3, 1}, {0, 1, 5, 4}, {2, 6, 7, 3},
                                   {0, 4, 6, 2}, {1, 3, 7, 5}, {4, 5, 7, 6}};
  float corner[8][3];
  int i, q;
  for (i = 0; i < 8; ++i) {
    corner[i][0] = i & 1 ? to[0] : from[0];
    corner[i][1] = i & 2 ? to[1] : from[1];
    corner[i][2] = i & 4 ? to[2] : from[2];
  }
  for (q = 0; q < 6 && 2 * q < facets; ++q) {
    const int* const quad = kQuads[q];
    model_facet(m, corner[quad[0]], corner[quad[1]], corner[quad[2]]);
    model_facet(m, corner[quad[0]], corner[quad[2]], corner[quad[3]]);
  }
}

/* A body of rotation about z with n sides; from radius r[0] at z[0] over `rings` rings to the last.
 * 2 n (rings - 1) + 2 n facets. */
static void model_turned(model* m, int n, int rings, const float* r, const float* z) {
  const double turn = 6.283185307179586 / n;
  int ring, i;
  for (i = 0; i < n; ++i) {
    const double u[2] = {cos(turn * i), sin(turn * i)};
    const double v[2] = {cos(turn * ((i + 1) % n)), sin(turn * ((i + 1) % n))};
    const float bottom[3] = {0, 0, z[0]}, top[3] = {0, 0, z[rings - 1]};
    for (ring = 0; ring < rings; ++ring) {
      const float a[3] = {(float)(r[ring] * u[0]), (float)(r[ring] * u[1]), z[ring]};
      const float b[3] = {(float)(r[ring] * v[0]), (float)(r[ring] * v[1]), z[ring]};
      if (ring == 0) model_facet(m, bottom, b, a);
      if (ring == rings - 1) {
        model_facet(m, top, a, b);
      } else {
        const float c[3] = {(float)(r[ring + 1] * u[0]), (float)(r[ring + 1] * u[1]), z[ring + 1]};
        const float d[3] = {(float)(r[ring + 1] * v[0]), (float)(r[ring + 1] * v[1]), z[ring + 1]};
        model_facet(m, a, b, d);
        model_facet(m, a, d, c);
      }
    }
  }
}

/* The model of that number, 0 to kModels - 1. */
static void make_model(int number, model* m) {
  static const float kOrigin[3] = {0, 0, 0}, kBox[3] = {10, 8, 2};
  static const float kInside[3] = {3, 3, 0.5F}, kOutside[3] = {14, 12, 3};
  static const float kFar[3] = {20, 0, 0}, kFarEnd[3] = {25, 5, 1};
  static const float kCylinder[] = {5, 5}, kCone[] = {6, 1}, kCup[] = {2, 5, 5, 3};
  static const float kLow[] = {0, 1.5F}, kHigh[] = {0, 1, 2, 3};
  model_begin(m);
  switch (number) {
    case 0:
      model_box(m, kOrigin, kBox, 12);
      break; /* a box */
    case 1:
      model_turned(m, 12, 2, kCylinder, kLow);
      break; /* a cylinder */
    case 2:
      model_turned(m, 16, 2, kCone, kLow);
      break; /* a cone */
    case 3:
      model_turned(m, 24, 4, kCup, kHigh);
      break; /* with an overhang */
    case 4:
      model_turned(m, 60, 4, kCup, kHigh);
      break; /* 480 facets */
    case 5:  /* two parts */
      model_box(m, kOrigin, kBox, 12);
      model_box(m, kFar, kFarEnd, 12);
      break;
    case 6: /* run through each other */
      model_box(m, kOrigin, kBox, 12);
      model_box(m, kInside, kOutside, 12);
      break;
    case 7:
      model_box(m, kOrigin, kBox, 10);
      break; /* without its lid */
    case 8:
      model_box(m, kOrigin, kBox, 4);
      break; /* two sheets: refused */
    default: /* cut off: an error */
      model_box(m, kOrigin, kBox, 12);
      m->size -= 60;
      break;
  }
}

#endif
