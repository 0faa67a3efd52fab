#include "costengine/detail/price/price.ipp"
#include "costengine/detail/price/price_sheet.ipp"
