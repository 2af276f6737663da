// EXPECT: conversion|convert
#include "kernel/quantity.h"
using namespace viosim;
#ifdef VIOSIM_MUST_FAIL
Duration d = 5;
#else
Duration d = nanoseconds(5);
#endif
