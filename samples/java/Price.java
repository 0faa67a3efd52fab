import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.PointerByReference;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Prices a model through the C API, by JNA (Debian: libjna-java).
 *
 *   java -cp /usr/share/java/jna.jar Price.java [--json] MODEL [SHEET.toml]
 *
 * The library is found by the system, or named by COSTENGINE_LIBRARY. Ends with 0, or with 2 and a
 * line on standard error where there is no price.
 */
public final class Price {
  /** What is used of costengine/costengine.h; size_t is NativeLong. */
  interface Costengine extends Library {
    int costengine_context_create(Pointer options, PointerByReference out);
    void costengine_context_release(Pointer context);
    int costengine_profile_load(String profile, String material, Pointer settings,
        NativeLong settingCount, PointerByReference out);
    void costengine_profile_release(Pointer profile);
    int costengine_prices_load(String prices, PointerByReference out);
    void costengine_prices_release(Pointer prices);
    int costengine_estimate(Pointer context, Request request, PointerByReference out);
    int costengine_result_summary(Pointer result, Summary out);
    Pointer costengine_result_json(Pointer result, Pointer length);
    void costengine_result_release(Pointer result);
    String costengine_last_error_message();
    Pointer costengine_last_error_json();
  }

  /** costengine_request as far as it is used here: what follows has its defaults. */
  @Structure.FieldOrder({"structSize", "wanted", "profile", "prices", "path"})
  public static class Request extends Structure {
    public int structSize;
    public int wanted;
    public Pointer profile;
    public Pointer prices;
    public String path;

    public Request() {
      setStringEncoding("UTF-8");
      structSize = size();
    }
  }

  /** The beginning of costengine_summary; the rest is not filled in. */
  @Structure.FieldOrder({"structSize", "verdict", "has", "unpriced", "currency", "minorDigits",
      "cache", "quantity", "unitPrice", "total", "totalLow", "totalHigh", "timeS"})
  public static class Summary extends Structure {
    public static final int HAS_QUOTE = 2;

    public int structSize;
    public int verdict;
    public int has;
    public int unpriced;
    public String currency;
    public int minorDigits;
    public int cache;
    public long quantity;
    public long unitPrice;
    public long total;
    public long totalLow;
    public long totalHigh;
    public double timeS;

    public Summary() {
      setStringEncoding("UTF-8");
      structSize = size();
    }
  }

  /** A call that failed. */
  static final class CostengineException extends Exception {
    private static final long serialVersionUID = 1;
    final transient Pointer json;

    CostengineException(Costengine library) {
      super(library.costengine_last_error_message());
      json = library.costengine_last_error_json();
    }
  }

  private static final Costengine LIBRARY = Native.load(
      System.getenv().getOrDefault("COSTENGINE_LIBRARY", "libcostengine.so.1"), Costengine.class,
      Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

  private static void check(int status) throws CostengineException {
    if (status != 0) throw new CostengineException(LIBRARY);
  }

  private static boolean printFields(Pointer result, PrintStream out) throws CostengineException {
    Summary summary = new Summary();
    check(LIBRARY.costengine_result_summary(result, summary));
    out.println("verdict  " + new String[] {"trusted", "estimated", "refused"}[summary.verdict]);
    if ((summary.has & Summary.HAS_QUOTE) == 0) {
      System.err.println("no price: see --json");
      return false;
    }
    out.printf("time     %.0f s%n", summary.timeS);
    out.println("total    " + java.math.BigDecimal.valueOf(summary.total, summary.minorDigits) + " "
        + summary.currency);
    return true;
  }

  /** Whether there is a price. */
  private static boolean price(String model, String sheet, boolean json, PrintStream out) {
    PointerByReference context = new PointerByReference();
    PointerByReference profile = new PointerByReference();
    PointerByReference prices = new PointerByReference();
    PointerByReference result = new PointerByReference();
    try {
      check(LIBRARY.costengine_context_create(null, context));
      check(LIBRARY.costengine_profile_load(null, null, null, new NativeLong(0), profile));
      check(LIBRARY.costengine_prices_load(sheet, prices));
      Request request = new Request();
      request.profile = profile.getValue();
      request.prices = prices.getValue();
      request.path = model;
      check(LIBRARY.costengine_estimate(context.getValue(), request, result));
      if (!json) return printFields(result.getValue(), out);
      out.println(LIBRARY.costengine_result_json(result.getValue(), null).getString(0, "UTF-8"));
      return true;
    } catch (CostengineException error) {
      if (json && error.json != null) out.println(error.json.getString(0, "UTF-8"));
      System.err.println(error.getMessage());
      return false;
    } finally {
      LIBRARY.costengine_result_release(result.getValue());
      LIBRARY.costengine_prices_release(prices.getValue());
      LIBRARY.costengine_profile_release(profile.getValue());
      LIBRARY.costengine_context_release(context.getValue());
    }
  }

  public static void main(String[] words) {
    int first = words.length > 0 && words[0].equals("--json") ? 1 : 0;
    if (words.length <= first) {
      System.err.println("usage: Price [--json] MODEL [SHEET.toml]");
      System.exit(3);
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    String sheet = words.length > first + 1 ? words[first + 1] : "example";
    System.exit(price(words[first], sheet, first == 1, out) ? 0 : 2);
  }
}
