"""Owns one whole catalogue in another language, from right to left: every text, in Arabic."""

from nextauth.pages import ErrorText, Texts

_DENIED = "ليس لديك إذن بالدخول. سجّل الدخول بحساب آخر، أو اطلب الإذن من القائمين على الموقع."
_REFUSED = "البيانات التي أدخلتها غير صحيحة. تحقق منها ثم حاول مرة أخرى."
_UNREADABLE = "كان هناك شيء ناقص أو بصيغة غير متوقعة. عُد إلى صفحة الدخول وحاول مرة أخرى."

ARABIC = Texts(
    lang="ar",
    dir="rtl",
    page_title="{page} | {name}",
    error_page_title="خطأ: {page}",
    signin_heading="تسجيل الدخول",
    signin_heading_named="تسجيل الدخول إلى {name}",
    signin_button="دخول",
    signin_with_button="الدخول بواسطة {provider}",
    divider="أو",
    optional="اختياري",
    no_forms="لهذا التطبيق صفحة دخول خاصة به. عُد إليه وسجّل الدخول هناك.",
    signout_heading="هل تريد تسجيل الخروج؟",
    signout_heading_named="هل تريد الخروج من {name}؟",
    signout_message="ستحتاج إلى تسجيل الدخول مرة أخرى عند عودتك.",
    signout_button="تسجيل الخروج",
    signout_cancel="البقاء",
    verify_heading="تحقق من بريدك الإلكتروني",
    verify_message="أرسلنا رابط الدخول إلى بريدك. افتح الرسالة واتبع الرابط.",
    verify_hint="لم تصل الرسالة بعد بضع دقائق؟ انظر في مجلد الرسائل غير المرغوبة.",
    verify_home="العودة إلى {host}",
    error_signin="إلى صفحة الدخول",
    error_home="إلى الصفحة الرئيسية",
    errors={
        "AccessDenied": ErrorText("الدخول مرفوض", _DENIED, 403),
        "BadRequest": ErrorText("تعذرت قراءة الطلب", _UNREADABLE, 400),
        "Busy": ErrorText("الموقع مشغول الآن", "انتظر بضع ثوان ثم حاول مرة أخرى.", 503),
        "Configuration": ErrorText("حدث خطأ من جانبنا", "حاول مرة أخرى لاحقًا.", 500),
        "CredentialsSignin": ErrorText("فشل تسجيل الدخول", _REFUSED, 401),
        "Default": ErrorText("لم ينجح الدخول", "حاول مرة أخرى من صفحة الدخول.", 200),
        "MethodNotAllowed": ErrorText("لا يمكن فتح هذا العنوان هكذا", _UNREADABLE, 405),
        "MissingCSRF": ErrorText("تعذر تأكيد النموذج", "اسمح بملفات الارتباط ثم أعد الإرسال.", 403),
        "PayloadTooLarge": ErrorText("البيانات أكبر من المسموح", "اختصرها ثم حاول مجددًا.", 413),
        "SessionRequired": ErrorText("سجّل الدخول من فضلك", "ثم تصل إلى الصفحة.", 401, tone="note"),
        "TooManyRequests": ErrorText("محاولات كثيرة", "انتظر بضع دقائق ثم حاول مجددًا.", 429),
        "UnknownAction": ErrorText("الصفحة غير موجودة", "تحقق من العنوان.", 400, offers="home"),
        "UnsupportedMediaType": ErrorText("تعذرت قراءة الطلب", _UNREADABLE, 415),
        "UntrustedHost": ErrorText("الموقع لا يعرف عنوانه", "اضبط base_url.", 500, offers="home"),
        "Verification": ErrorText("لم يعد هذا الرابط صالحًا", "سجّل الدخول لتحصل على آخر.", 403),
        "WrongAddress": ErrorText("للموقع عنوان آخر", "اضبط base_url.", 403, offers="home"),
    },
    codes={"credentials": _REFUSED},
)
