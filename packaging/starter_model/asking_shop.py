"""Questions that customers and colleagues ask, with the answers of a helpful shop and office."""
# ruff: noqa: E501 (one pattern a line reads better than wrapped ones)

from __future__ import annotations

from phrasing import Intent

DELIVERY = (
    Intent(
        ("[Do|Can] you [deliver|ship|send parcels|send orders] to {city}?",
         "Is delivery to {city} possible?", "I live in {city}. [Do|Can] you [deliver|ship] there?",
         "Can I have the {product} sent to {city}?", "Can you deliver {product} to {city}?",
         "We moved to {city}. Will you still deliver to us?"),
        ("Yes, we [deliver|ship|send parcels] to {city}. It [usually|normally] takes [two to four|three to five|two|three] [working days|days].",
         "Yes, delivery to {city} is [possible|no problem]. The parcel [usually|normally] arrives within [a week|three days|five days].",
         "[Of course|Certainly]. We [send orders|ship] to {city} [every day|every working day|twice a week].",
         "Yes, {city} is on our delivery list. You can choose it at the checkout."),
    ),
    Intent(
        ("How long does [delivery|shipping] to {city} take?", "When will my parcel [arrive in|reach] {city}?",
         "How many days does a parcel to {city} need?", "How fast can you ship to {city}?"),
        ("[Delivery|Shipping] to {city} takes [two to four|three to five|about four|two or three] [working days|days].",
         "A parcel to {city} [usually|normally] needs [three|four|five] working days. You will get a tracking link by e-mail.",
         "We ship to {city} within [a day|two days], and the parcel arrives about [two|three] days later."),
    ),
    Intent(
        ("How much [is|does] [delivery|shipping] to {city}[| cost]?", "What does it cost to send a {product} to {city}?",
         "What are the shipping costs to {city}?"),
        ("[Delivery|Shipping] to {city} costs {price}. [It is free for large orders.|Large orders go free of charge.|]",
         "Sending a parcel to {city} costs {price}."),
    ),
    Intent(
        ("Do you have a [shop|store|branch|showroom] in {city}?", "Is there a [shop|store|branch] of yours in {city}?",
         "Can I visit your shop in {city}?"),
        ("Yes, we have a [small |large |new |]shop in {city}, [near the station|in the old town|by the market|on the main street].",
         "Yes, our [shop|branch] in {city} is [near the station|by the river|in the main street|next to the library]. It opens at [nine|ten].",
         "[We are sorry, but|I am sorry,] we have no shop in {city} yet. You can order online and we will deliver to {city}."),
    ),
)  # fmt: skip

ORDERS = (
    Intent(
        ("Where is my order {order}?", "Where is order {order}?", "What is the status of [my |]order {order}?",
         "My order {order} has not arrived[| yet]. Where is it?", "Can you check order {order} for me?",
         "I am still waiting for order {order}.", "When will order {order} arrive?", "Has order {order} been shipped?"),
        ("Order {order} is on its way. [It should arrive tomorrow.|It should reach you in two days.|You will get it this week.]",
         "I have checked order {order}. It left our warehouse [today|yesterday|this morning] and [will arrive soon|should be with you soon].",
         "Thank you for your patience. Order {order} is [being packed|with the courier|on the van] [now|at the moment]."),
    ),
    Intent(
        ("[Please cancel|I want to cancel|Can you cancel|I would like to cancel] [my |]order {order}.",
         "How do I cancel order {order}?", "Cancel order {order}[| please]."),
        ("I have cancelled order {order}. [You will get your money back|The refund will reach you] within [five|three|seven] days.",
         "Order {order} is cancelled. You do not have to pay anything.",
         "No problem, order {order} has been cancelled. You will get [an e-mail|a message] to confirm it."),
    ),
    Intent(
        ("I ordered {article:product} but got {article:product2}.", "You sent me {article:product2}, but I ordered {article:product}.",
         "I got {article:product2} instead of {article:product}."),
        ("I am sorry about the mix-up. We will send you the {product} today, and you can keep the {product2} until our courier comes.",
         "We are sorry for the mistake. The right {product} is on its way. Please send the {product2} back for free."),
    ),
    Intent(
        ("I have moved to {city}. Can you change my address?", "Please send my order to {city} instead.",
         "How do I change my delivery address to {city}?"),
        ("Of course. I have changed the address to {city}.", "Yes, that is possible. The new address in {city} is saved.",
         "No problem. Your parcel will now go to {city}."),
    ),
    Intent(
        ("Can I change the address of order {order}?", "I gave the wrong address for order {order}.",
         "Order {order} must go to another address."),
        ("Of course. What is the new address for order {order}?",
         "Yes, the address of order {order} can still be changed. Please tell me the new one."),
    ),
    Intent(
        ("Can I add {article:product} to [my order|order {order}]?", "Please add {article:product} to order {order}.",
         "I would like to add {article:product} to order {order}."),
        ("Yes, I have added the {product} to your order. The new total is in your e-mail.",
         "Of course. The {product} is now part of your order."),
    ),
)  # fmt: skip

PRODUCTS = (
    Intent(
        ("[Is the|Do you have the] {product} in stock?", "Do you [sell|have|stock] {article:product}?", "Is the {product} available?",
         "I am looking for {article:product}.", "Can I buy {article:product} from you?", "Where can I find {article:product}?",
         "Have you got {article:product}?", "I need {article:product}. Do you have one?"),
        ("Yes, the {product} is in stock. [You can order it today.|We can send it today.|We have a few left.|]",
         "Yes, we have the {product}. [Shall I put one aside for you?|It is on the second floor.|You will find it in our shop.|Would you like to order one?]",
         "[I am sorry, the|Sorry, the|Unfortunately, the] {product} is sold out. [It will be back next week.|We expect new ones next month.|More will arrive on Friday.]"),
    ),
    Intent(
        ("How much [is|does] [the|a] {product}[| cost]?", "What is the price of the {product}?", "What does the {product} cost?",
         "Can you tell me the price of the {product}?"),
        ("The {product} costs {price}.", "The price of the {product} is {price}[.|, delivery included.|, and delivery is free.]",
         "You can have the {product} for {price}."),
    ),
    Intent(
        ("[My|The] {product} [arrived broken|is broken|arrived damaged|does not work|has stopped working|has a crack].",
         "[My|The] {product} [arrived broken|is broken|is damaged|does not work]. What [can|should] I do?",
         "There is a problem with my {product}.", "I got a broken {product}."),
        ("I am [very |]sorry about [that|the {product}]. [Could you send us a photo of the {product}?|Please send us a photo of the {product}.] We will send you a new one for free.",
         "I am sorry that the {product} [is not working|is not in order]. We will [repair or replace|replace|repair] it at no cost.",
         "That should not happen. Please send the {product} back, and we will send you a new one."),
    ),
    Intent(
        ("[Can I|I want to|I would like to|How can I|How do I] [return|send back] [the|my] {product}?",
         "I do not like the {product}. Can I return it?", "The {product} is too [big|small|heavy]. Can I send it back?"),
        ("Yes, you can [return|send back] the {product} within [14|30|60] days. [The return is free.|Please keep the box.|We will pay the money back.]",
         "Of course. Put the {product} in its box, add the return form and take it to the post office. [The return is free.|]",
         "No problem. You can return the {product} by post or bring it to our shop."),
    ),
    Intent(
        ("Does the {product} [come with|have] a [warranty|guarantee]?", "How long is the [warranty|guarantee] [on|for] the {product}?",
         "Is there a guarantee on the {product}?"),
        ("Yes, the {product} comes with a [two|three|five]-year [warranty|guarantee].",
         "The [warranty|guarantee] [on|for] the {product} [lasts|is] [two|three|five] years. Please keep the receipt."),
    ),
    Intent(
        ("How do I [clean|wash] [the|my] {product}?", "What is the best way to [clean|wash] [the|a] {product}?"),
        ("[Clean|Wash] the {product} with [warm water and a soft cloth|a damp cloth|mild soap and warm water]. [Let it dry well.|Do not use strong cleaners.|Then let it dry in the air.]",
         "You can clean the {product} with a [soft|damp] cloth. [Please do not put it in water.|A little soap helps.]"),
    ),
    Intent(
        ("What do you think of the {product}?", "Is the {product} any good?", "Can you recommend the {product}?",
         "Should I buy the {product}?", "Tell me about the {product}.", "What can you say about the {product}?"),
        ("The {product} is [well made|easy to use|very popular|strong and simple]. [Many customers like it.|It is good value for money.|I would choose it again.]",
         "I can recommend the {product}. It is [sturdy|practical|light] and [lasts long|easy to clean|fairly priced]."),
    ),
    Intent(
        ("What [colours|sizes] does the {product} come in?", "Which [colours|sizes] of the {product} do you have?"),
        ("The {product} comes in [red, blue and green|black and white|three colours: grey, blue and black|small, medium and large].",
         "We have the {product} in [small and large|black, white and red|four sizes|blue and yellow]."),
    ),
    Intent(
        ("I would like to order {number} {product}s.", "Can I order {number} pieces of the {product}?", "We need {number} pieces of {article:product}."),
        ("Thank you. I have noted {number} pieces of the {product}. [You will get an offer by e-mail.|We will send an offer today.]",
         "Yes, {number} pieces of the {product} are possible. [Delivery takes about two weeks.|There is a discount for large orders.]"),
    ),
    Intent(
        ("I cannot [decide between|choose between] the {product} and the {product2}.", "Which is better, the {product} or the {product2}?",
         "Should I take the {product} or the {product2}?"),
        ("Both are good. The {product} is [lighter|cheaper|easier to use], and the {product2} [lasts longer|is stronger|looks nicer].",
         "I would take the {product}, because it is [easier to clean|cheaper|smaller]. The {product2} is better if you have more room."),
    ),
)  # fmt: skip

PLAIN = (
    Intent(
        ("When do you open?", "What are your opening hours?", "When are you open?", "At what time do you [open|close]?", "Are you open on [Saturday|Sunday|Monday]?"),
        ("We are open from Monday to [Friday|Saturday], [nine to six|eight to five|ten to seven].",
         "Our shop opens at [nine|eight|ten] and closes at [five|six|seven]. We are closed on Sunday."),
    ),
    Intent(
        ("How can I pay?", "[Do you take|Can I pay by|Do you accept] [credit cards|card|cash|bank transfer]?", "Which payment methods do you accept?", "What ways to pay are there?"),
        ("You can pay by [card, bank transfer or cash|credit card or bank transfer|card or by invoice].",
         "We accept [all major cards|credit cards and bank transfer|cards, cash and vouchers]."),
    ),
    Intent(
        ("I forgot my password.", "How do I reset my password?", "I cannot log in.", "My password does not work.", "I cannot log in to my account."),
        ("[No problem.|] [Click|Press] the \"forgot password\" link on the login page. [You will get an e-mail with a new link.|We will send you a link by e-mail.]",
         "Please reset your password on the login page. The link [works|is valid] for one [hour|day]."),
    ),
    Intent(
        ("Can I [get|have] [an invoice|a receipt]?", "Where [is|can I find] my [invoice|receipt]?", "I need [an invoice|a receipt] for my order.", "Please send me the invoice."),
        ("[Of course.|Certainly.] [You will find the invoice in your account under \"Orders\".|I have sent the invoice to your e-mail address.]",
         "The invoice is in your account under \"My orders\". You can download it there."),
    ),
    Intent(
        ("What is your return policy?", "How long can I return things?", "Can I return something I bought?", "How do returns work?"),
        ("You can return [goods|unused goods|things] within [14|30|60] days. [Please keep the receipt.|Please keep the box.]",
         "Send the goods back within [14|30] days, and we will [pay the money back|refund the price]."),
    ),
    Intent(
        ("When do I get my money back?", "Where is my refund?", "How long does a refund take?", "I have not got my refund yet."),
        ("A refund takes [three to five|five to seven] working days. [It goes to the card you paid with.|You will get an e-mail.]",
         "We send the money back as soon as the parcel reaches us. It then takes about [five|three] days."),
    ),
    Intent(
        ("[Is there a|Do you have a|Can I get a] [discount|voucher|student discount]?", "Do you have any [offers|sales] [now|this week]?"),
        ("Yes, [new customers|students|members] get [ten|five|fifteen] percent off.",
         "At the moment there is no discount, but our [summer|winter] sale starts [soon|next month]."),
    ),
    Intent(
        ("Can I talk to a [person|human|manager]?", "How can I [reach|contact] you?", "What is your phone number?", "Can somebody call me?"),
        ("[Of course.|Certainly.] Please leave your phone number, and a colleague will call you [today|soon|within an hour].",
         "You can reach our team by phone or e-mail from [nine to five|eight to six] on working days."),
    ),
    Intent(
        ("I want to [complain|make a complaint].", "I am not happy with your service.", "Your service is [bad|terrible|slow].", "I am very angry."),
        ("I am sorry to hear that. Please tell me what happened, and I will try to help.",
         "I am sorry for the trouble. What went wrong? I will pass it on to the right person."),
    ),
    Intent(
        ("Can you wrap it as a [gift|present]?", "Do you offer gift wrapping?", "It is a present. Can you wrap it?"),
        ("Yes, we can wrap it as a gift [for free|for a small fee]. Just tick the box at the checkout.",
         "Of course. We use [coloured|plain] paper and add a card with your words."),
    ),
    Intent(
        ("How do I track my parcel?", "Is there a tracking number?", "Where can I track my order?"),
        ("You get a tracking link by e-mail as soon as the parcel leaves us. Click on it to see where it is.",
         "Open your account, choose \"Orders\" and click on \"Track\". There you see where the parcel is."),
    ),
    Intent(
        ("The printer does not work.", "My computer is slow.", "The internet is not working.", "My screen is black.", "The projector does not turn on."),
        ("[Please|First,] turn it off, wait a minute and turn it on again. If that does not help, call the help desk.",
         "Please check the cables first. If all of them are in place, restart it and try again."),
    ),
)  # fmt: skip
