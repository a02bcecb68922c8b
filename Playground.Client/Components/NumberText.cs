using System.Globalization;
using System.Numerics;

namespace Playground.Client.Components;

/// <summary>Numbers as people type them: digits, a point before decimals, nothing that could be read in two ways.</summary>
internal static class NumberText
{
    private const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Reads a number of the type <typeparamref name="T"/>: <c>int</c>, <c>long</c>, <c>ulong</c> or <c>double</c>, or such a one
    /// that may be missing.</summary>
    /// <param name="text">As typed; spaces around it do not count.</param>
    /// <param name="value">The number; default where there is none.</param>
    /// <returns>False where the text is no such number. "1,5" is none: it would be 1.5 to some and 15 to others.</returns>
    public static bool TryParse<T>(string? text, out T? value)
    {
        value = default;
        text = text?.Trim() ?? "";
        if (text.Length == 0) return IsOptional<T>();
        object? parsed = Kind<T>() switch
        {
            TypeCode.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null,
            TypeCode.Int64 => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null,
            TypeCode.UInt64 => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null,
            _ => double.TryParse(text, Real, CultureInfo.InvariantCulture, out var n) && double.IsFinite(n) ? n : null,
        };
        if (parsed is null) return false;
        value = (T)parsed;
        return true;
    }

    /// <summary>The number as it can be typed again; empty where it is missing.</summary>
    public static string Format<T>(T? value) => value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : "";

    /// <summary>Whether numbers of this type have no decimals.</summary>
    public static bool IsWhole<T>() => Kind<T>() != TypeCode.Double;

    /// <summary>Whether the number may be missing.</summary>
    public static bool IsOptional<T>() => Nullable.GetUnderlyingType(typeof(T)) is not null;

    /// <summary>Why a text is not a number between the limits; null where it is.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="least">Smallest number; null: any.</param>
    /// <param name="most">Largest number; null: any.</param>
    public static string? Problem<T>(string? text, double? least, double? most)
    {
        text = text?.Trim() ?? "";
        var wanted = Wanted<T>(least, most);
        if (text.Length == 0) return IsOptional<T>() ? null : $"Enter {wanted}.";
        if (!TryParse<T>(text, out var value))
            return $"{Misread<T>(text)} Enter {wanted}{(MeansDecimals<T>(text) ? ", with a point before decimals" : "")}.";
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (number < least) return $"{Short(text)} is too small. Enter {wanted}.";
        return number > most ? $"{Short(text)} is too large. Enter {wanted}." : null;
    }

    // A whole number of many digits is a number, and no more than too large for its type.
    private static string Misread<T>(string text)
    {
        if (IsWhole<T>() && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return $"{Short(text)} is too {(whole.Sign < 0 ? "small" : "large")}.";
        return $"“{Short(text)}” is not a {(IsWhole<T>() ? "whole " : "")}number.";
    }

    private static bool MeansDecimals<T>(string text) => !IsWhole<T>() && text.Contains(',');

    private static string Wanted<T>(double? least, double? most)
    {
        var kind = IsWhole<T>() ? "a whole number" : "a number";
        return (least, most) switch
        {
            ({ } a, { } b) => $"{kind} from {Limit(a)} to {Limit(b)}",
            ({ } a, null) => $"{kind} of {Limit(a)} or more",
            (null, { } b) => $"{kind} of at most {Limit(b)}",
            _ => kind,
        };
    }

    private static string Limit(double limit) => limit.ToString("#,0.#########", CultureInfo.InvariantCulture);

    // What somebody pasted may be a book.
    private static string Short(string text) => text.Length <= 24 ? text : text[..24] + "…";

    private static TypeCode Kind<T>() => Type.GetTypeCode(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));
}
