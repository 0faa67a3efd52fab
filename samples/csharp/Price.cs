// Prices a model through the C API, by P/Invoke (.NET 8): Price [--json] MODEL [SHEET.toml]
//
// Not run by the tests of this project, which has no .NET at hand; the layout of the structs is the
// one that samples/python and samples/java use. Place libcostengine.so.1 where the system finds it.

using System;
using System.Runtime.InteropServices;
using System.Text;

internal static class Costengine {
  private const string Library = "libcostengine.so.1";

  /// costengine_request as far as it is used here: what follows has its defaults.
  [StructLayout(LayoutKind.Sequential)]
  internal struct Request {
    internal uint StructSize;
    internal uint Wanted;
    internal IntPtr Profile;
    internal IntPtr Prices;
    internal IntPtr Path;  // UTF-8
  }

  /// The beginning of costengine_summary; the rest is not filled in.
  [StructLayout(LayoutKind.Sequential)]
  internal struct Summary {
    internal uint StructSize;
    internal int Verdict;
    internal uint Has;
    internal int Unpriced;
    internal IntPtr Currency;
    internal int MinorDigits;
    internal int Cache;
    internal ulong Quantity;
    internal long UnitPrice, Total, TotalLow, TotalHigh;
    internal double TimeS, TimeLowS, TimeHighS;
  }

  internal const uint HasQuote = 2;

  [DllImport(Library, EntryPoint = "costengine_context_create")]
  internal static extern int ContextCreate(IntPtr options, out IntPtr context);
  [DllImport(Library, EntryPoint = "costengine_context_release")]
  internal static extern void ContextRelease(IntPtr context);
  [DllImport(Library, EntryPoint = "costengine_profile_load")]
  internal static extern int ProfileLoad(
      [MarshalAs(UnmanagedType.LPUTF8Str)] string profile,
      [MarshalAs(UnmanagedType.LPUTF8Str)] string material, IntPtr settings, nuint settingCount,
      out IntPtr loaded);
  [DllImport(Library, EntryPoint = "costengine_profile_release")]
  internal static extern void ProfileRelease(IntPtr profile);
  [DllImport(Library, EntryPoint = "costengine_prices_load")]
  internal static extern int PricesLoad(
      [MarshalAs(UnmanagedType.LPUTF8Str)] string prices, out IntPtr loaded);
  [DllImport(Library, EntryPoint = "costengine_prices_release")]
  internal static extern void PricesRelease(IntPtr prices);
  [DllImport(Library, EntryPoint = "costengine_estimate")]
  internal static extern int Estimate(IntPtr context, in Request request, out IntPtr result);
  [DllImport(Library, EntryPoint = "costengine_result_summary")]
  internal static extern int ResultSummary(IntPtr result, ref Summary summary);
  [DllImport(Library, EntryPoint = "costengine_result_json")]
  internal static extern IntPtr ResultJson(IntPtr result, IntPtr length);
  [DllImport(Library, EntryPoint = "costengine_result_release")]
  internal static extern void ResultRelease(IntPtr result);
  [DllImport(Library, EntryPoint = "costengine_last_error_message")]
  internal static extern IntPtr LastErrorMessage();
  [DllImport(Library, EntryPoint = "costengine_last_error_json")]
  internal static extern IntPtr LastErrorJson();

  /// The text belongs to the library: it is copied at once, on the thread of the call that failed.
  internal static string Text(IntPtr text) => Marshal.PtrToStringUTF8(text) ?? "";
}

internal static class Program {
  private sealed class CostengineException : Exception {
    internal readonly string Json = Costengine.Text(Costengine.LastErrorJson());
    internal CostengineException() : base(Costengine.Text(Costengine.LastErrorMessage())) {}
  }

  private static void Check(int status) {
    if (status != 0) throw new CostengineException();
  }

  private static int Show(IntPtr result, bool json) {
    if (json) {
      Console.WriteLine(Costengine.Text(Costengine.ResultJson(result, IntPtr.Zero)));
      return 0;
    }
    var summary = new Costengine.Summary {
      StructSize = (uint)Marshal.SizeOf<Costengine.Summary>()
    };
    Check(Costengine.ResultSummary(result, ref summary));
    Console.WriteLine("verdict  " + new[] {"trusted", "estimated", "refused"}[summary.Verdict]);
    if ((summary.Has & Costengine.HasQuote) == 0) {
      Console.Error.WriteLine("no price: see --json");
      return 2;
    }
    var total = summary.Total / (decimal)Math.Pow(10, summary.MinorDigits);
    Console.WriteLine($"time     {summary.TimeS:F0} s");
    Console.WriteLine($"total    {total} {Costengine.Text(summary.Currency)}");
    return 0;
  }

  private static int Price(string model, string sheet, bool json) {
    IntPtr context = IntPtr.Zero, profile = IntPtr.Zero, prices = IntPtr.Zero,
           result = IntPtr.Zero, path = Marshal.StringToCoTaskMemUTF8(model);
    try {
      Check(Costengine.ContextCreate(IntPtr.Zero, out context));
      Check(Costengine.ProfileLoad(null, null, IntPtr.Zero, 0, out profile));
      Check(Costengine.PricesLoad(sheet, out prices));
      var request = new Costengine.Request {
        StructSize = (uint)Marshal.SizeOf<Costengine.Request>(),
        Profile = profile,
        Prices = prices,
        Path = path
      };
      Check(Costengine.Estimate(context, in request, out result));
      return Show(result, json);
    } catch (CostengineException error) {
      if (json) Console.WriteLine(error.Json);
      Console.Error.WriteLine(error.Message);
      return 2;
    } finally {
      Costengine.ResultRelease(result);
      Costengine.PricesRelease(prices);
      Costengine.ProfileRelease(profile);
      Costengine.ContextRelease(context);
      Marshal.FreeCoTaskMem(path);
    }
  }

  private static int Main(string[] words) {
    Console.OutputEncoding = new UTF8Encoding(false);
    int first = words.Length > 0 && words[0] == "--json" ? 1 : 0;
    if (words.Length <= first) {
      Console.Error.WriteLine("usage: Price [--json] MODEL [SHEET.toml]");
      return 3;
    }
    return Price(words[first], words.Length > first + 1 ? words[first + 1] : "example", first == 1);
  }
}
