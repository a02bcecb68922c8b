using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Localization;
using Playground.Client.Resources;

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
    /// <param name="texts">Where the sentences are from.</param>
    public static string? Problem<T>(string? text, double? least, double? most, IStringLocalizer<SharedTexts> texts)
    {
        text = text?.Trim() ?? "";
        var wanted = Wanted(IsWhole<T>() ? "Whole" : "Number", least, most, texts);
        if (text.Length == 0) return IsOptional<T>() ? null : wanted;
        if (!TryParse<T>(text, out var value))
            return $"{Misread<T>(text, texts)} {wanted}{(MeansDecimals<T>(text) ? " " + texts["NumberPoint"] : "")}";
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (number < least) return $"{texts["NumberTooSmall", Short(text)]} {wanted}";
        return number > most ? $"{texts["NumberTooLarge", Short(text)]} {wanted}" : null;
    }

    // A whole number of many digits is a number, and no more than too large for its type.
    private static string Misread<T>(string text, IStringLocalizer<SharedTexts> texts)
    {
        if (IsWhole<T>() && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return texts[whole.Sign < 0 ? "NumberTooSmall" : "NumberTooLarge", Short(text)];
        return texts[IsWhole<T>() ? "NumberNotWhole" : "NumberNotNumber", Short(text)];
    }

    private static bool MeansDecimals<T>(string text) => !IsWhole<T>() && text.Contains(',');

    private static string Wanted(string kind, double? least, double? most, IStringLocalizer<SharedTexts> texts) => (least, most) switch
    {
        ({ } a, { } b) => texts[$"NumberEnterRange{kind}", Limit(a), Limit(b)],
        ({ } a, null) => texts[$"NumberEnterLeast{kind}", Limit(a)],
        (null, { } b) => texts[$"NumberEnterMost{kind}", Limit(b)],
        _ => texts[$"NumberEnter{kind}"],
    };

    private static string Limit(double limit) => limit.ToString("#,0.#########", CultureInfo.InvariantCulture);

    // What somebody pasted may be a book.
    private static string Short(string text) => text.Length <= 24 ? text : text[..24] + "…";

    private static TypeCode Kind<T>() => Type.GetTypeCode(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));
}
